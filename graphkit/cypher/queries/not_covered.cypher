// zh: 没有列名组织直接、经基地或业主覆盖的企业，女职工多的在前，标出重点筹建单位（完整规则见 gaps 命令）
// en: Companies that no named organisation covers directly, by base or by owner, most women first, with key candidates (all rules: the gaps command)
// $more_than whole = 50 · 女职工超过多少人 · women employees above
// columns: company, women_employees, women_employees_bound, party_organisation, reported, key_candidate
MATCH (c:Company)
WHERE coalesce(c.group, false) = false AND c.status = 'actual' AND coalesce(c.federation_status, 'unknown') <> 'yes'
  AND NOT EXISTS { MATCH (w:Federation|MicroHome)-[r:COVERS]->(c) WHERE r.status = 'actual' }
  AND NOT EXISTS { MATCH (c)-[l:LOCATED_IN]->(v:Venue)<-[r:COVERS]-(w) WHERE r.status = 'actual' AND l.status = 'actual' }
  AND NOT EXISTS { MATCH (c)-[:PART_OF*1..3]->(o:Company)<-[r:COVERS]-(w) WHERE r.status = 'actual' }
WITH c.name AS company, c.women_employees AS women_employees, c.women_employees_bound AS women_employees_bound,
     c.party_organisation AS party_organisation, c.federation_status AS reported,
     CASE coalesce(c.women_employees_bound, 'exact')
       WHEN 'exact' THEN c.women_employees * 1.0
       WHEN 'more_than' THEN c.women_employees + 0.5
       WHEN 'nearly' THEN c.women_employees * 0.9
       ELSE c.women_employees * 0.8 END AS least,
     CASE coalesce(c.women_employees_bound, 'exact')
       WHEN 'exact' THEN c.women_employees * 1.0
       WHEN 'nearly' THEN c.women_employees - 0.5
       WHEN 'more_than' THEN null
       ELSE c.women_employees * 1.2 END AS most
RETURN company, women_employees, women_employees_bound, party_organisation, reported,
       CASE WHEN party_organisation = false OR most <= $more_than THEN 'no'
            WHEN party_organisation AND least > $more_than THEN 'yes'
            ELSE 'unknown' END AS key_candidate
ORDER BY women_employees DESC, company, women_employees_bound, party_organisation, reported, key_candidate
