// zh: 一个组织做过什么
// en: What an organisation has done
// $name text · 名称 · name
// columns: relation, done, done_type, role, since
MATCH (o)-[r:ESTABLISHED|FOUNDED|GUIDES|RUNS|ISSUED|OFFERS|SERVES|PARTNERS_WITH|RECEIVED]-(x)
WHERE r.status = 'actual' AND (o.name = $name OR $name IN o.aliases)
RETURN type(r) AS relation, x.name AS done, labels(x)[0] AS done_type, r.role AS role, r.valid_from AS since
ORDER BY relation, done, done_type, role, since
