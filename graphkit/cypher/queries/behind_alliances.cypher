// zh: 哪些妇联发起或指导哪些联盟
// en: Which federations established or guide which alliances
// columns: federation, relation, alliance, since
MATCH (f:Federation)-[r:ESTABLISHED|GUIDES]->(a:Alliance)
WHERE r.status = 'actual'
RETURN f.name AS federation, type(r) AS relation, a.name AS alliance, r.valid_from AS since
ORDER BY federation, relation, alliance, since
