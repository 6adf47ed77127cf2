// zh: 产业链上下游环节，各有多少企业
// en: Steps of the chains: which segment feeds which, and how many companies are in each
// columns: segment, companies, next, next_companies
MATCH (a:Industry)-[f:FEEDS]->(b:Industry)
WHERE f.status <> 'proposed'
RETURN a.name AS segment,
       COUNT { MATCH (c:Company)-[r:IN_INDUSTRY]->(a) WHERE r.status <> 'proposed' } AS companies,
       b.name AS next, COUNT { MATCH (c:Company)-[r:IN_INDUSTRY]->(b) WHERE r.status <> 'proposed' } AS next_companies
ORDER BY segment, next, companies, next_companies
