// zh: 来源，以及各类对象有多少出自它
// en: Sources, and how many nodes of each type each of them states
// columns: dataset, edition, kind, date, source, type, nodes
MATCH (n)
WHERE n.sources IS NOT NULL
UNWIND n.sources AS source_id
MATCH (s:Source {id: source_id})
WITH s, labels(n)[0] AS type, count(n) AS nodes
RETURN s.dataset AS dataset, s.edition AS edition, s.kind AS kind, s.date AS date, s.name AS source, type, nodes
ORDER BY dataset, edition, type, kind, date, source, nodes
