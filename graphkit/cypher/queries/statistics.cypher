// zh: 关于一个对象的统计数
// en: What sources count about a subject
// $name text = null · 对象名称 · name of the subject
// $measure text = null · 指标 · measure
// columns: subject, measure, value, bound, unit, as_of, source
MATCH (s:Source)<-[:FROM]-(t:Statistic)-[:ABOUT]->(n)
WHERE ($name IS NULL OR n.name = $name) AND ($measure IS NULL OR t.measure = $measure)
RETURN n.name AS subject, t.measure AS measure, t.value AS value, t.bound AS bound, t.unit AS unit, t.as_of AS as_of,
       s.name AS source
ORDER BY subject, measure, as_of, value, bound, unit, source
