// zh: 引文说法不一的属性（全部冲突见 Python 的 conflicts）
// en: Properties of which the evidence says several things (all conflicts: conflicts() in Python)
// columns: element, property, statements, lowest, highest
MATCH (e:Evidence)
WHERE e.property IS NOT NULL AND e.value IS NOT NULL AND NOT coalesce(e.method, '') IN ['mention', 'number', 'review']
WITH e.element_id AS element, e.property AS property, count(DISTINCT e.value) AS statements, min(e.value) AS lowest,
     max(e.value) AS highest
WHERE statements > 1
RETURN element, property, statements, lowest, highest
ORDER BY element, property, statements, lowest, highest
