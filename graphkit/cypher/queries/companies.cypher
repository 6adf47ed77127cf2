// zh: 每家企业：直接覆盖它的妇联组织数与上报情况
// en: Each company: how many organisations cover it directly, and what is reported
// columns: company, women_employees, women_employees_bound, reported, organisations
MATCH (c:Company)
WHERE coalesce(c.group, false) = false AND c.status <> 'proposed'
RETURN c.name AS company, c.women_employees AS women_employees, c.women_employees_bound AS women_employees_bound,
       c.federation_status AS reported,
       COUNT { MATCH (w:Federation|MicroHome)-[r:COVERS]->(c) WHERE r.status = 'actual' } AS organisations
ORDER BY company, women_employees, women_employees_bound, reported, organisations
