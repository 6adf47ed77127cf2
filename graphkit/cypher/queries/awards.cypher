// zh: 谁获得了什么荣誉
// en: Who received which award
// columns: receiver, award, received
MATCH (x)-[r:RECEIVED]->(a:Award)
WHERE r.status <> 'proposed'
RETURN x.name AS receiver, a.name AS award, r.valid_from AS received
ORDER BY receiver, award, received
