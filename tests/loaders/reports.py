"""An invented report, and what could be read from it, made by hand."""

from dataclasses import dataclass
from typing import Any

from graphkit.documents.clean import clean
from graphkit.documents.extraction import Extraction
from graphkit.documents.items import Entity, Mention, Relation, Statistic

TITLE = "临溪县妇联推进竹产业链妇联建设情况"
TEXT = f"""{TITLE}
（2026年3月8日）

2026年以来，临溪县妇联把组织建到产业链上。由临溪县妇联指导，联合成立临溪竹产业园妇联，采取联建办法，覆盖临溪竹产业园。

临溪青禾竹业有限公司拟单独成立妇联。该公司女职工120人。全县已有产业妇联6个。

临溪县妇联与临溪农商银行签订合作协议，推出“竹嫂贷”。
"""

SOURCE: dict[str, Any] = {"id": "src_1", "dataset": "简报", "edition": None, "kind": "report", "name": TITLE}
SOURCE |= {"path": "简报.txt", "date": "2026-03-08", "invented": True, "complete": "[]"}


@dataclass(frozen=True, slots=True)
class Told:
    """A relation as a test says it: its ends by name, how sure it is, the words that say it."""

    type: str
    src: str
    dst: str
    words: str
    confidence: float = 0.9
    properties: tuple[tuple[str, Any], ...] = ()


ENTITIES: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
    ("Federation", "临溪县妇联", 0.95, {"level": "county"}),
    ("Federation", "临溪竹产业园妇联", 0.9, {"industry_federation": True}),
    ("Venue", "临溪竹产业园", 0.8, {"kind": "production_base"}),
    ("Company", "临溪青禾竹业有限公司", 0.9, {"women_employees": 120}),
    ("Bank", "临溪农商银行", 0.7, {}),
    ("FinancialProduct", "竹嫂贷", 0.86, {}),
)
RELATIONS = (
    Told("COVERS", "临溪竹产业园妇联", "临溪竹产业园", "采取联建办法，覆盖临溪竹产业园", 0.9, (("mode", "joint"),)),
    Told(
        "ESTABLISHED",
        "临溪县妇联",
        "临溪竹产业园妇联",
        "由临溪县妇联指导，联合成立临溪竹产业园妇联",
        0.85,
        (("date", "2026"), ("mode", "joint")),
    ),
    Told("PARTNERS_WITH", "临溪县妇联", "临溪农商银行", "临溪县妇联与临溪农商银行签订合作协议", 0.7),
    Told("OFFERS", "临溪县妇联", "竹嫂贷", "推出“竹嫂贷”", 0.6, (("status", "planned"), ("colour", "绿"))),
)


def extraction(text: str = TEXT, **changes: Any) -> Extraction:
    """Return what a reader of the report might find: sure things and unsure ones."""
    cleaned = clean(text)
    mentions: list[Mention] = []
    entities: list[Entity] = []
    owners: list[int | None] = []
    for kind, name, confidence, properties in ENTITIES:
        spans = [m for m in range(len(cleaned.text)) if cleaned.text.startswith(name, m)][:3]
        places = tuple(range(len(mentions), len(mentions) + len(spans)))
        mentions += [Mention(kind, start, start + len(name), name, confidence, "test") for start in spans]
        owners += [len(entities)] * len(spans)
        entities.append(Entity(kind, name, (), places, confidence, properties))
    first = {entity.name: entity.mentions[0] for entity in entities}

    def span(words: str) -> tuple[int, int]:
        start = cleaned.text.index(words)
        return start, start + len(words)

    relations = [
        Relation(t.type, first[t.src], first[t.dst], "text", *span(t.words), t.confidence, "test", dict(t.properties))
        for t in RELATIONS
    ]
    statistics = [
        Statistic(first["临溪县妇联"], "industry_federations", 6, "个", "exact", *span("产业妇联6个"), 0.9),
        Statistic(first["临溪县妇联"], "women", 120, "人", "exact", *span("女职工120人"), 0.4),
    ]
    told: dict[str, Any] = {"mentions": tuple(mentions), "entities": tuple(entities), "relations": tuple(relations)}
    told |= {"statistics": tuple(statistics), "owners": tuple(owners), "tagger": "words"}
    return Extraction(cleaned, **(told | changes))
