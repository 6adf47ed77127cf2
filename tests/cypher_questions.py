"""Hold how twenty-two of the twenty-five questions are answered in Cypher: by a text of their own or a shipped one."""

from typing import NamedTuple


class Shipped(NamedTuple):
    """A shipped question, the columns that are the answer, and its parameters."""

    name: str
    columns: list[str]
    parameters: dict[str, str] = {}  # noqa: RUF012 - never written


SHIPPED: dict[str, Shipped] = {
    "Q02": Shipped("covered", ["organisation", "covered", "mode"]),
    "Q04": Shipped("companies", ["company", "organisations"]),
    "Q08": Shipped("hosts", ["organisation", "host"]),
    "Q11": Shipped("alliances", ["alliance", "member"]),
    "Q12": Shipped("behind_alliances", ["federation", "alliance", "relation", "since"]),
    "Q13": Shipped("loans", ["lender", "borrower", "amount_cny", "amount_kind", "amount_bound"]),
    "Q15": Shipped("finance", ["federation", "relation", "access", "role"]),
    "Q16": Shipped("two_hats", ["person", "company", "heads_as", "federation", "sits_as"]),
    "Q17": Shipped("people", ["company", "person", "role", "region"]),
    "Q18": Shipped("awards", ["receiver", "award", "received"]),
    "Q19": Shipped("policies", ["policy", "organisation", "organisation_type", "role"]),
    "Q20": Shipped("not_actual", ["type", "name"]),
    "Q21": Shipped("stated_by_several", ["name", "type", "dataset"]),
    "Q24": Shipped("deeds", ["relation", "done"], {"name": "苏州市相城区妇联"}),
    "Q25": Shipped("established", ["established", "founder"], {"mode": "co_built"}),
}

CYPHER: dict[str, str] = {
    "Q01": """
MATCH (w:Federation)-[c:COVERS]->(v:Venue)-[:IN_INDUSTRY]->(i:Industry {name: '电子光伏产业'})
OPTIONAL MATCH (v)-[:LOCATED_IN]->(r:Region)
WITH w.name AS federation, v.name AS venue, c.mode AS mode, r.name AS region
RETURN federation, venue, mode, collect(region) AS regions ORDER BY federation, venue""",
    "Q03": """
MATCH (s:Source {dataset: 'nanan_star_link'})
MATCH (i:Industry) WHERE s.id IN i.sources
RETURN i.name AS industry, EXISTS { MATCH (w)-[:COVERS]->(x)-[:IN_INDUSTRY]->(i) } AS reached ORDER BY industry""",
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
    "Q22": """
MATCH (f:Federation)-[:PARTNERS_WITH]-(x)
RETURN f.name AS federation, x.name AS partner ORDER BY federation, partner""",
    "Q23": """
MATCH (c:Company)-[:IN_INDUSTRY]->(v:Industry)
WHERE v.name IN ['智能网联汽车', '自动驾驶', '智能车联网', '智能汽车']
MATCH (c)-[:IN_INDUSTRY]->(i:Industry)
WITH DISTINCT c.name AS company, i.name AS industry
RETURN company, industry ORDER BY company, industry""",
}
