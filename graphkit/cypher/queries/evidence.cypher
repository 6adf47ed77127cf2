// zh: 一个对象的引文出处
// en: Where a node is quoted: place, words, confidence
// $name text · 名称 · name
// columns: name, property, value, source, date, place, quote, confidence
MATCH (n)
WHERE n.sources IS NOT NULL AND (n.name = $name OR $name IN n.aliases)
MATCH (e:Evidence)-[:FROM]->(s:Source)
WHERE e.element_id = n.id
RETURN n.name AS name, e.property AS property, e.value AS value, s.name AS source, s.date AS date, e.place AS place,
       e.quote AS quote, e.confidence AS confidence
ORDER BY source, place, property, name, value, date, quote, confidence
