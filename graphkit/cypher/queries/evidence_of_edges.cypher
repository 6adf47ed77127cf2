// zh: 一个对象的各种关系的引文出处
// en: Where the edges of a node are quoted: place, words, confidence
// $name text · 名称 · name
// columns: relation, other, source, date, place, quote, confidence
MATCH (n)-[r]-(x)
WHERE n.sources IS NOT NULL AND x.sources IS NOT NULL AND (n.name = $name OR $name IN n.aliases)
MATCH (e:Evidence)-[:FROM]->(s:Source)
WHERE e.element_id = r.id
RETURN type(r) AS relation, x.name AS other, s.name AS source, s.date AS date, e.place AS place, e.quote AS quote,
       e.confidence AS confidence
ORDER BY source, place, relation, other, date, quote, confidence
