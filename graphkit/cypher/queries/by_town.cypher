// zh: 按乡镇：企业数、被直接覆盖的企业数、女职工数
// en: By town: companies, those covered directly, women employees
// columns: town, companies, covered, women_employees
MATCH p = (c:Company)-[:LOCATED_IN*1..2]->(r:Region)
WHERE coalesce(c.group, false) = false AND c.status <> 'proposed'
  AND all(l IN relationships(p) WHERE l.status <> 'proposed')
MATCH q = (r)-[:PART_OF*0..3]->(t:Region)
WHERE t.level IN ['town', 'township', 'subdistrict'] AND all(l IN relationships(q) WHERE l.status <> 'proposed')
WITH DISTINCT t, c, EXISTS { MATCH (w:Federation|MicroHome)-[k:COVERS]->(c) WHERE k.status = 'actual' } AS has_one
WITH t.name AS town, CASE WHEN has_one THEN 1 ELSE 0 END AS one, c.women_employees AS women
RETURN town, count(one) AS companies, sum(one) AS covered, sum(women) AS women_employees
ORDER BY town
