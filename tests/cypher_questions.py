"""Hold the Cypher texts that answer twenty-two of the twenty-five questions; the quickstart notebook shows them too."""

CYPHER: dict[str, str] = {
    "Q01": """
MATCH (w:Federation)-[c:COVERS]->(v:Venue)-[:IN_INDUSTRY]->(i:Industry {name: '电子光伏产业'})
OPTIONAL MATCH (v)-[:LOCATED_IN]->(r:Region)
WITH w.name AS federation, v.name AS venue, c.mode AS mode, r.name AS region
RETURN federation, venue, mode, collect(region) AS regions ORDER BY federation, venue""",
    "Q02": """
MATCH (w)-[c:COVERS]->(x) WHERE c.status = 'actual'
RETURN w.name AS organisation, x.name AS covered, c.mode AS mode ORDER BY organisation, covered""",
    "Q03": """
MATCH (s:Source {dataset: 'nanan_star_link'})
MATCH (i:Industry) WHERE s.id IN i.sources
RETURN i.name AS industry, EXISTS { MATCH (w)-[:COVERS]->(x)-[:IN_INDUSTRY]->(i) } AS reached ORDER BY industry""",
    "Q04": """
MATCH (c:Company) WHERE NOT c.group
RETURN c.name AS company, EXISTS { MATCH (w)-[:COVERS]->(c) } AS covered ORDER BY company""",
    "Q05": """
MATCH (c:Company)
WHERE NOT c.group AND c.party_organisation AND c.women_employees > 50 AND NOT EXISTS { MATCH (w)-[:COVERS]->(c) }
RETURN c.name AS company, c.women_employees AS women ORDER BY company""",
    "Q06": """
MATCH (s:Statistic)-[:ABOUT]->(f:Federation {name: '南安市妇联'})
WHERE s.measure IN ['industry_federations', 'micro_homes']
RETURN s.measure AS measure, s.value AS stated ORDER BY measure""",
    "Q07": """
MATCH (s:Statistic)
WHERE s.measure IN ['chair_rotation_cycle', 'joint_meetings_per_quarter', 'full_coverage_term']
RETURN s.measure AS measure, s.value AS value, s.unit AS unit ORDER BY measure""",
    "Q08": """
MATCH (w)-[:HOSTED_BY]->(h) WHERE w:Federation OR w:MicroHome
RETURN w.name AS organisation, h.name AS host ORDER BY organisation, host""",
    "Q11": """
MATCH (m)-[:MEMBER_OF]->(a:Alliance)
WITH a.name AS alliance, m.name AS member
RETURN alliance, collect(member) AS members ORDER BY alliance""",
    "Q12": """
MATCH (f:Federation)-[r:ESTABLISHED|GUIDES]->(a:Alliance) WHERE r.status = 'actual'
WITH f.name AS federation, a.name AS alliance, type(r) AS relation, r.valid_from AS since
RETURN federation, alliance, relation, since ORDER BY federation, relation, alliance""",
    "Q13": """
MATCH (l)-[r:LENDS_TO]->(b)
RETURN l.name AS lender, b.name AS borrower, r.amount_cny AS amount_cny, r.amount_kind AS amount_kind,
       r.amount_bound AS amount_bound ORDER BY lender""",
    "Q15": """
MATCH (f:Federation)-[r:OFFERS|PARTNERS_WITH|ESTABLISHED]-(x)
WHERE x:Bank OR x:FinancialProduct OR EXISTS { MATCH (x)-[:LENDS_TO]->(b) }
RETURN f.name AS federation, type(r) AS relation, x.name AS access, r.role AS role
ORDER BY federation, relation, access""",
    "Q16": """
MATCH (p:Person)-[h:LEADS|FOUNDED]->(c:Company), (p)-[m:MEMBER_OF]->(f:Federation)
RETURN p.name AS person, c.name AS company, h.role AS heads_as, f.name AS federation, m.role AS sits_as
ORDER BY person""",
    "Q17": """
MATCH (c:Company) WHERE NOT c.group
OPTIONAL MATCH (p:Person)-[r:LEADS|FOUNDED|WORKS_FOR]->(c)
OPTIONAL MATCH (c)-[:LOCATED_IN]->(place:Region)
RETURN c.name AS company, p.name AS person, r.role AS role, place.name AS region ORDER BY company, person""",
    "Q18": """
MATCH (x)-[r:RECEIVED]->(a:Award)
RETURN x.name AS receiver, a.name AS award, r.valid_from AS received ORDER BY receiver, award""",
    "Q19": """
MATCH (o)-[r:ISSUED]->(p:Policy)
RETURN p.name AS policy, o.name AS organisation, labels(o)[0] AS kind, r.role AS role ORDER BY policy, organisation""",
    "Q20": """
MATCH (n) WHERE n.status = 'planned'
RETURN labels(n)[0] AS kind, n.name AS name ORDER BY kind, name""",
    "Q21": """
MATCH (n) WHERE size(n.sources) > 1
UNWIND n.sources AS source_id
MATCH (s:Source {id: source_id})
RETURN n.name AS name, labels(n)[0] AS kind, s.dataset AS dataset ORDER BY name, dataset""",
    "Q22": """
MATCH (f:Federation)-[:PARTNERS_WITH]-(x)
RETURN f.name AS federation, x.name AS partner ORDER BY federation, partner""",
    "Q23": """
MATCH (c:Company)-[:IN_INDUSTRY]->(v:Industry)
WHERE v.name IN ['智能网联汽车', '自动驾驶', '智能车联网', '智能汽车']
MATCH (c)-[:IN_INDUSTRY]->(i:Industry)
WITH DISTINCT c.name AS company, i.name AS industry
RETURN company, industry ORDER BY company, industry""",
    "Q24": """
MATCH (f:Federation {name: '苏州市相城区妇联'})-[r:ESTABLISHED|GUIDES|RUNS|PARTNERS_WITH]-(x)
WHERE r.status = 'actual'
RETURN type(r) AS relation, x.name AS name ORDER BY relation, name""",
    "Q25": """
MATCH (o)-[r:ESTABLISHED]->(v:Venue) WHERE r.mode = 'co_built'
RETURN v.name AS venue, o.name AS builder ORDER BY venue, builder""",
}
