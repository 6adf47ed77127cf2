// zh: 企业的负责人、任职者与所在地
// en: People and place of each company
// $company text = null · 企业名称 · name of the company
// columns: company, person, relation, role, region
MATCH (c:Company)
WHERE c.status <> 'proposed' AND coalesce(c.group, false) = false AND ($company IS NULL OR c.name = $company)
OPTIONAL MATCH (p:Person)-[r:LEADS|FOUNDED|WORKS_FOR]->(c)
WHERE r.status <> 'proposed'
OPTIONAL MATCH (c)-[l:LOCATED_IN]->(place:Region)
WHERE l.status <> 'proposed'
RETURN c.name AS company, p.name AS person, type(r) AS relation, r.role AS role, place.name AS region
ORDER BY company, person, relation, role, region
