// zh: 尚未落实的：计划、待审或撤销
// en: What is not there yet, or no more: planned, proposed or revoked
// $status text = planned · 状态：planned、proposed、revoked · status: planned, proposed, revoked
// columns: type, name, since
MATCH (n)
WHERE n.status = $status
RETURN labels(n)[0] AS type, n.name AS name, n.valid_from AS since
ORDER BY type, name, since
