// zh: 几个来源都提到的对象
// en: What several sources speak of
// columns: type, name, dataset, edition
MATCH (n)
WHERE n.sources IS NOT NULL AND size(n.sources) > 1
UNWIND n.sources AS source_id
MATCH (s:Source {id: source_id})
RETURN labels(n)[0] AS type, n.name AS name, s.dataset AS dataset, s.edition AS edition
ORDER BY type, name, dataset, edition
