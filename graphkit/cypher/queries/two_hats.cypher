// zh: 既负责企业又在妇联任职的人
// en: People who head a company and sit in a federation
// columns: person, company, heads_as, federation, sits_as
MATCH (p:Person)-[h:LEADS|FOUNDED]->(c:Company), (p)-[m:MEMBER_OF]->(f:Federation)
WHERE h.status <> 'proposed' AND m.status <> 'proposed'
RETURN p.name AS person, c.name AS company, h.role AS heads_as, f.name AS federation, m.role AS sits_as
ORDER BY person, company, federation, heads_as, sits_as
