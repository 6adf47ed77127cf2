// zh: 按产业链：企业数、被直接覆盖的企业数、女职工数
// en: By industry chain: companies, those covered directly, women employees
// $kind text = chain · 产业类型：chain、segment、field · kind of industry: chain, segment, field
// columns: industry, companies, covered, women_employees
MATCH (c:Company)-[n:IN_INDUSTRY]->(i:Industry)
WHERE coalesce(c.group, false) = false AND c.status <> 'proposed' AND n.status <> 'proposed'
MATCH q = (i)-[:PART_OF*0..3]->(a:Industry)
WHERE a.kind = $kind AND all(l IN relationships(q) WHERE l.status <> 'proposed')
WITH DISTINCT a, c, EXISTS { MATCH (w:Federation|MicroHome)-[k:COVERS]->(c) WHERE k.status = 'actual' } AS has_one
WITH a.name AS industry, CASE WHEN has_one THEN 1 ELSE 0 END AS one, c.women_employees AS women
RETURN industry, count(one) AS companies, sum(one) AS covered, sum(women) AS women_employees
ORDER BY industry
