"""Queries that the embedded index and Neo4j answer differently, by the name of what differs."""

from typing import NamedTuple


class Example(NamedTuple):
    """A query; `seen`: both engines show it each time, rather than by chance or in another graph only."""

    rule: str
    text: str
    seen: bool = True


COMPANY = "MATCH (n:Company) "
BANK = "MATCH (n:Bank) "
EXAMPLES = [
    Example("virtual-field", COMPANY + "WHERE n.type = 'Company' RETURN count(n) AS n"),
    Example("virtual-field", COMPANY + "RETURN n.label AS x"),
    Example("virtual-field", COMPANY + "WHERE n.title IS NULL RETURN count(n) AS n"),
    Example("virtual-field", "MATCH (n:Company {type: 'Company'}) RETURN count(n) AS n"),
    Example("virtual-field", "MATCH (:Bank)-[r:LENDS_TO]->() RETURN DISTINCT r.type AS x"),
    Example("virtual-field", COMPANY + "RETURN n {.name, .type} AS x"),
    Example("dynamic-property", COMPANY + "WHERE n['type'] = 'Company' RETURN count(n) AS n"),
    Example(
        "map-of-another", "MATCH (a:Bank)-[r:LENDS_TO]->(b) MATCH (c:Company {status: r.status}) RETURN count(*) AS n"
    ),
    Example("map-of-another", "MATCH (a:Bank {name: a.name}) RETURN count(a) AS n"),
    Example("parameter-map", "MATCH (n:Company $told) RETURN count(n) AS n", seen=False),
    Example("unaliased-column", COMPANY + "RETURN n.name", seen=False),
    Example("unaliased-column", COMPANY + "RETURN count(*)", seen=False),
    Example("reserved-name", COMPANY + "RETURN n.name AS by", seen=False),
    Example("reserved-name", COMPANY + "RETURN n.name AS ends ORDER BY ends"),
    Example("reserved-name", "MATCH (all:Company) RETURN count(*) AS n", seen=False),
    Example("reserved-name", COMPANY + "RETURN {limit: n.name} AS x", seen=False),
    Example("star", COMPANY + "RETURN *"),
    Example("star", BANK + "WITH * RETURN n.name AS x", seen=False),
    Example("entity-column", COMPANY + "RETURN n"),
    Example("entity-column", COMPANY + "WITH n AS m RETURN m AS x"),
    Example("entity-column", "MATCH (:Bank)-[r:LENDS_TO]->() RETURN r AS x"),
    Example("entity-column", "MATCH p = (:Bank)-[:LENDS_TO]->() RETURN p AS x"),
    Example("entity-column", "MATCH p = (:Bank)-[:LENDS_TO]->() RETURN nodes(p) AS x"),
    Example("entity-column", COMPANY + "RETURN {a: n} AS x"),
    Example("entity-column", COMPANY + "RETURN [n] AS x"),
    Example("entity-column", COMPANY + "RETURN CASE WHEN n.leading THEN n END AS x"),
    Example(
        "entity-column", COMPANY + "WITH n, n.id AS id ORDER BY id WITH collect(n) AS l UNWIND l AS m RETURN m AS x"
    ),
    Example("order-by-expression", COMPANY + "RETURN n.name AS x ORDER BY n.women_employees", seen=False),
    Example("order-by-expression", "MATCH (:Bank)-[r]->(:Company) RETURN count(r) AS n ORDER BY type(r)", seen=False),
    Example("cut-without-order", COMPANY + "RETURN n.name AS x LIMIT 3", seen=False),
    Example("cut-without-order", COMPANY + "RETURN n.name AS x, n.kind AS k ORDER BY k SKIP 3", seen=False),
    Example("aggregate-in-expression", COMPANY + "RETURN count(n) + 1 AS x", seen=False),
    Example("aggregate-in-expression", COMPANY + "WITH n.name AS a RETURN collect(a)[0] IS NULL AS x"),
    Example("collect-without-order", COMPANY + "RETURN collect(n.name) AS x", seen=False),
    Example("function", COMPANY + "RETURN percentileCont(n.women_employees, 0.5) AS x"),
    Example("function", COMPANY + "RETURN percentileDisc(n.women_employees, 0.5) AS x"),
    Example("function", COMPANY + "RETURN stDevP(n.women_employees) AS x"),
    Example("function", "UNWIND [2] AS y RETURN stDev(y) AS x"),
    Example("function", COMPANY + "RETURN isEmpty(n.aliases) AS x"),
    Example("function", COMPANY + "RETURN char_length(n.name) AS x"),
    Example("function", COMPANY + "RETURN toStringOrNull(n.women_employees) AS x"),
    Example("function", "RETURN toString(1e20) AS x"),
    Example("function", "RETURN toInteger(1e30) AS x"),
    Example("function", BANK + "RETURN keys(n) AS x"),
    Example("function", BANK + "RETURN properties(n) AS x"),
    Example("function", "MATCH (:Bank)-[r:LENDS_TO]->() RETURN startNode(r) AS x"),
    Example("function", "MATCH (:Bank)-[r:LENDS_TO]->() RETURN endNode(r) AS x"),
    Example("function", BANK + "RETURN id(n) AS x"),
    Example("function", BANK + "RETURN elementId(n) AS x"),
    Example("function", "RETURN duration.between(date('2024-01-01'), date('2025-03-04')) AS x"),
    Example("function", "RETURN date('2024-06') AS x", seen=False),
    Example("function", "RETURN round(-2.5) AS x"),
    Example("function", "RETURN sqrt(-1.0) AS x"),
    Example("function", "RETURN log(0.0) AS x"),
    Example("function", "RETURN rand() AS x"),
    Example("function", "RETURN upper('a') AS x"),
    Example("label-expression", "MATCH (n:!Company) RETURN count(n) AS n"),
    Example("label-expression", "MATCH (n:Company&Bank) RETURN count(n) AS n"),
    Example("label-expression", "MATCH (n:%) RETURN count(n) AS n"),
    Example("label-expression", "MATCH (n:(Company|Bank)) RETURN count(n) AS n"),
    Example("label-expression", "MATCH (n:$('Bank')) RETURN count(n) AS n"),
    Example("label-expression", "MATCH (n IS Bank) RETURN count(n) AS n"),
    Example("label-expression", "MATCH (:Bank)-[r:!COVERS]->() RETURN count(r) AS n"),
    Example("label-expression", "MATCH (n) WHERE n.sources IS NOT NULL AND n:Company|Bank RETURN count(n) AS n"),
    Example("unlabelled-node", "MATCH (n) RETURN count(n) AS n"),
    Example("unlabelled-node", "MATCH (n) WHERE n.id IS NOT NULL RETURN count(n) AS n"),
    Example("server-only", "MATCH (n:RawRows) RETURN count(n) AS n"),
    Example("server-only", COMPANY + "WHERE n.gk_load IS NULL RETURN count(n) AS n"),
    Example("untyped-edge", "MATCH (a)-[r]->(b) RETURN count(r) AS n"),
    Example("untyped-edge", "MATCH (s:Source)<-[r:FROM]-(x) RETURN count(r) AS n"),
    Example("collect-subquery", BANK + "RETURN COLLECT { MATCH (n)-[:LENDS_TO]->(c) RETURN c.name AS y } AS x"),
    Example(
        "count-in-brackets", BANK + "WHERE (COUNT { (n)-[:LENDS_TO]->() } > 1 OR n.name = 'x') RETURN count(n) AS n"
    ),
    Example("count-in-brackets", BANK + "RETURN (COUNT { (n)-[:LENDS_TO]->() }) AS n"),
    Example(
        "count-after-optional",
        "MATCH (n:Federation) OPTIONAL MATCH (n)<-[:GUIDES]-(m:Federation) "
        "WHERE COUNT { MATCH (m)<-[:GUIDES]-(x:Federation) } < 1 RETURN count(m) AS n",
    ),
    Example(
        "count-after-optional",  # seen on the newest line alone
        "MATCH (n:Federation) OPTIONAL MATCH (n)-[:GUIDES]->(m:Bank) WITH n, m AS k "
        "RETURN COUNT { (k)-[:GUIDES]->() } AS x ORDER BY x",
        seen=False,
    ),
    Example("returning-subquery", BANK + "RETURN EXISTS { MATCH (n)-[:LENDS_TO]->(c) RETURN c } AS x"),
    Example("shortest", "MATCH p = SHORTEST 1 (a:Bank)-[:LENDS_TO]-+(b:Company) RETURN length(p) AS x"),
    Example("shortest", "MATCH (a:Bank), (b:Bank) MATCH p = shortestPath((a)-[*..3]-(b)) RETURN length(p) AS x"),
    Example("quantified-path", "MATCH (n:Bank)-[:LENDS_TO]->{1,2}(m) RETURN count(*) AS n"),
    Example("quantified-path", "MATCH (n:Bank)-[:LENDS_TO]->+(m) RETURN count(*) AS n"),
    Example("quantified-path", "MATCH (n:Bank) ((a)-[:LENDS_TO]->(b)){1,2} (m) RETURN count(*) AS n"),
    Example("inline-where", "MATCH (n:Bank WHERE n.level IS NOT NULL) RETURN count(n) AS n"),
    Example("inline-where", "MATCH (:Bank)-[r:LENDS_TO WHERE r.amount_cny > 1]->() RETURN count(r) AS n"),
    Example("unbounded-path", "MATCH (n:Bank)-[:LENDS_TO*]->(m) RETURN count(*) AS n", seen=False),
    Example("unbounded-path", "MATCH (n:Bank)-[:LENDS_TO*1..]->(m) RETURN count(*) AS n", seen=False),
    Example("path-variable", "MATCH (a:Company)-[r:IN_INDUSTRY*1..2]->(b) RETURN [x IN r | type(x)] AS x", seen=False),
    Example("pattern-comprehension", BANK + "RETURN [(n)-[:LENDS_TO]->(c) | c.name] AS x", seen=False),
    Example("pattern-argument", BANK + "RETURN size((n)-[:LENDS_TO]->()) AS x"),
    Example("map-of-all", BANK + "RETURN n {.*} AS x"),
    Example("regular-expression", "RETURN '妇' =~ '\\\\w' AS x"),
    Example("division", "RETURN 1.0 / 0 AS x"),
    Example("division", COMPANY + "RETURN n.women_employees * 1.0 / n.employees AS x", seen=False),
    Example("mixed-list", "UNWIND [1, 1.0] AS y RETURN count(DISTINCT y) AS x"),
    Example("mixed-list", "RETURN 'a' IN [1, 'a'] AS x", seen=False),
    Example("comparison", "RETURN 1 < 2 < 3 AS x"),
    Example("comparison", BANK + "WHERE n.name != 'x' RETURN count(n) AS n"),
    Example("number", "RETURN 1_000 AS x"),
    Example("number", "RETURN NaN AS x"),
    Example("prefix", "EXPLAIN MATCH (n:Bank) RETURN n.name AS x"),
    Example("prefix", "CYPHER 5 MATCH (n:Bank) RETURN n.name AS x", seen=False),
    Example("procedure", "CALL db.labels() YIELD label RETURN label AS x"),
    Example("newer-clause", BANK + "FILTER n.name <> 'x' RETURN n.name AS x", seen=False),
    Example("newer-clause", "LET y = 1 RETURN y AS x", seen=False),
]
ALIKE = [
    COMPANY + "RETURN n.name AS name, labels(n)[0] AS kind ORDER BY name, kind LIMIT 3",
    "MATCH (n:Company|Bank) RETURN count(n) AS n",
    "MATCH (n) WHERE n.sources IS NOT NULL AND (n.name = 'x' OR n.status = 'actual') RETURN count(n) AS n",
    "MATCH p = (a:Company)-[:COVERS*1..2]-(b) RETURN length(p) AS l, [x IN nodes(p) | x.name] AS w, b.id AS id",
    "MATCH (a:Bank)-[r]->(b:Company) WITH a, count(r) AS k WHERE k > 1 RETURN a.name AS name, k ORDER BY k DESC, name",
    COMPANY + "WITH n.kind AS k, n.name AS name ORDER BY name, k RETURN k, collect(DISTINCT name) AS names",
    COMPANY + "RETURN CASE WHEN n.employees > 0 THEN n.women_employees * 1.0 / n.employees END AS share",
    COMPANY + "RETURN CASE WHEN n.employees <> 0 THEN n.women_employees % n.employees END AS rest",
    "MATCH (n:Bank) WHERE NOT (n)-[:LENDS_TO]->(:Company {leading: true}) RETURN n {.name, .status} AS told",
    "MATCH (n:Bank) WHERE COUNT { (n)-[:LENDS_TO]->() } >= 2 AND n:Bank RETURN n.id AS id;",
    "MATCH (n:Bank) CALL (n) { MATCH (n)-[:LENDS_TO]->(c) RETURN count(c) AS k } RETURN n.name AS name, k",
    "MATCH (n:Bank) RETURN n.name AS x UNION ALL MATCH (n:Alliance) RETURN n.name AS x",
    "MATCH p = (a:Company)-[:LOCATED_IN]->() WITH nodes(p) AS l RETURN reduce(s = 0, x IN l | s + size(x.name)) AS n",
    "MATCH (a:Bank), (b:Bank) WHERE a <> b AND NOT a.name = b.name RETURN a = b AS same, count(*) AS n",
    COMPANY + "RETURN count(n) AS `数 量`, min(n.name) AS 名称 /* block */ // line",
    "UNWIND [1, -2, 3] AS x WITH x ORDER BY x WITH collect(x) AS l RETURN l[0..2] AS l",
    "MATCH (公司:Company) WHERE 公司.name STARTS WITH '霁' RETURN count(公司) AS 数量",
]
