// zh: 企业经人员、妇联、联盟到银行的路径（不超过三步）
// en: Paths of at most three hops from companies over people, federations and alliances to banks
// $company text = null · 企业名称 · name of the company
// columns: company, hops, way, bank
MATCH p = (c:Company)-[:LEADS|FOUNDED|WORKS_FOR|MEMBER_OF|PARTNERS_WITH|LENDS_TO|OFFERS|GUIDES|ESTABLISHED|COVERS*1..3]-(b:Bank)
WHERE coalesce(c.group, false) = false AND coalesce(b.group, false) = false AND ($company IS NULL OR c.name = $company)
  AND all(x IN nodes(p) WHERE coalesce(x.group, false) = false AND x.status = 'actual')
  AND all(r IN relationships(p) WHERE r.status = 'actual')
WITH DISTINCT c.name AS company, length(p) AS hops, [x IN nodes(p) | x.name] AS way, b.name AS bank
RETURN company, hops, way, bank
ORDER BY company, hops, bank, way
