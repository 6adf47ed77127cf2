// zh: 没有任何来源说明妇联情况的企业
// en: Companies of which no source says whether they have a women's organisation
// columns: company, women_employees, party_organisation, sources
MATCH (c:Company)
WHERE coalesce(c.group, false) = false AND c.federation_status IS NULL AND NOT EXISTS { MATCH (w:Federation|MicroHome)-[:COVERS]->(c) }
RETURN c.name AS company, c.women_employees AS women_employees, c.party_organisation AS party_organisation,
       size(c.sources) AS sources
ORDER BY company, women_employees, party_organisation, sources
