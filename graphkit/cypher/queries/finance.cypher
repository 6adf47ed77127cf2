// zh: 妇联通向资金的途径：产品、合作、联盟
// en: How federations reach finance: products, partners, alliances
// columns: federation, relation, access, access_type, role
MATCH (f:Federation)-[r:OFFERS|PARTNERS_WITH|ESTABLISHED]-(x)
WHERE r.status <> 'proposed' AND (x:Bank OR x:FinancialProduct OR EXISTS { MATCH (x)-[:LENDS_TO]->(b) })
RETURN f.name AS federation, type(r) AS relation, x.name AS access, labels(x)[0] AS access_type, r.role AS role
ORDER BY federation, relation, access, access_type, role
