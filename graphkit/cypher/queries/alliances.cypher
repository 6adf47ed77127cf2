// zh: 联盟与成员
// en: Alliances and their members
// $alliance text = null · 联盟名称 · name of the alliance
// columns: alliance, member, member_type, role
MATCH (m)-[r:MEMBER_OF]->(a:Alliance)
WHERE r.status <> 'proposed' AND ($alliance IS NULL OR a.name = $alliance)
RETURN a.name AS alliance, m.name AS member, labels(m)[0] AS member_type, r.role AS role
ORDER BY alliance, member, member_type, role
