// zh: 谁建立了什么
// en: Who established what
// $mode text = null · 组建方式：own、joint、party_led、hosted、co_built · mode: own, joint, party_led, hosted, co_built
// columns: established, established_type, founder, mode, since
MATCH (o)-[r:ESTABLISHED]->(x)
WHERE r.status = 'actual' AND ($mode IS NULL OR r.mode = $mode)
RETURN x.name AS established, labels(x)[0] AS established_type, o.name AS founder, r.mode AS mode, r.valid_from AS since
ORDER BY established, founder, established_type, mode, since
