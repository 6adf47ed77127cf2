"""The schema: the built-in one is whole, an office's adds to it, and a contradiction names file and key."""

import re
from pathlib import Path

import pytest

from graphkit.errors import SchemaError
from graphkit.schema import EdgeType, NodeType, Schema, column, missing_from, quantities, sensitive

SCHEMA = Schema.load()
CAPTION = "caption: {zh: 店, en: shop}"
NODE = "nodes: {Shop: {prefix: sho, %s, caption: {zh: 店, en: shop}}}"
EDGE = "edges: {SELLS: {prefix: sel, kind: event, caption: {zh: 售, en: sells}, %s}}"
ENDS = "ends: [[[Company], [Company]]]"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "office.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_built_in_schema_is_whole() -> None:
    assert len(SCHEMA.nodes) == 14 and len(SCHEMA.edges) == 21
    assert SCHEMA.edges["LENDS_TO"].properties["amount_cny"].bound == "amount_bound"
    assert quantities(SCHEMA.nodes["Company"])["women_employees"] == "women_employees_bound"
    assert sensitive(SCHEMA.nodes["Company"]) == ["legal_person", "phone"]
    assert ("Company", "Company") in SCHEMA.edges["FEEDS"].pairs
    assert ("Company", "Bank") not in SCHEMA.edges["LENDS_TO"].pairs
    assert SCHEMA.type_of("com_123") == "Company" and SCHEMA.type_of("xyz_1") is None
    types: list[NodeType | EdgeType] = [*SCHEMA.nodes.values(), *SCHEMA.edges.values()]
    for owner in types:
        kind = "node" if isinstance(owner, NodeType) else "edge"
        assert re.search(r"[\u4e00-\u9fff]", SCHEMA.caption(kind, owner.name))
        for prop in owner.properties:
            assert column(SCHEMA, owner, prop) is owner.properties[prop]


def test_captions_lead_back_to_names() -> None:
    assert SCHEMA.caption("node", "Company", "en") == "company"
    assert SCHEMA.named("tier", "乡镇") == SCHEMA.named("tier", "town") == "town"
    assert SCHEMA.named("mode", "单建") == "own" and SCHEMA.named("mode", "独建") is None
    assert SCHEMA.caption("node", "Nothing") == "Nothing"


def test_an_unknown_type_names_the_nearest() -> None:
    with pytest.raises(SchemaError, match=r"'Compny' is no node type[\s\S]*Company"):
        SCHEMA.node("Compny")
    with pytest.raises(SchemaError, match=r"'COVER' is no edge type[\s\S]*COVERS"):
        SCHEMA.edge("COVER")


def test_an_office_adds_types_properties_ends_and_captions(tmp_path: Path) -> None:
    text = """
extends: graphkit
name: 南安
enums: {mode: {street: {zh: 街建, en: street}}}
nodes:
  Company: {properties: {stars: {type: int, zh: 星级, en: stars}}}
  Shop: {prefix: sho, caption: {zh: 店, en: shop}, properties: {staff: {type: quantity, zh: 员工, en: staff}}}
edges:
  COVERS: {ends: [[[Federation], [Shop]]]}
"""
    office = Schema.load(written(tmp_path, text))
    assert office.name == "南安"
    assert quantities(office.nodes["Shop"])["staff"] == "staff_bound"
    assert ("Federation", "Shop") in office.edges["COVERS"].pairs
    assert "street" in office.edges["COVERS"].properties["mode"].values
    assert missing_from(office, SCHEMA) == []
    assert set(missing_from(SCHEMA, office)) >= {"Company.stars", "Shop", "COVERS.ends", "COVERS.mode"}
    assert Schema.parse(office.text, "x") == office
    assert Schema.parse(SCHEMA.text, "x") is SCHEMA


WRONG = [
    ("nodes: {}", "extends"),
    ("extends: other", "extends"),
    ("extends: graphkit\nnodes: [", "(file)"),
    ("extends: graphkit\nnodes: {A: 1, A: 2}", "(file)"),
    ("extends: graphkit\n? [a]\n: 1", "(file)"),
    ("- a", "(file)"),
    ("extends: graphkit\nnodez: {}", "nodez"),
    ("extends: graphkit\nnodes: []", "nodes"),
    ("extends: graphkit\nnodes: {Company: {prefix: kom}}", "nodes.Company.prefix"),
    ("extends: graphkit\nnodes: {Company: {properties: {kind: {type: int}}}}", "nodes.Company.properties.kind.type"),
    ("extends: graphkit\nedges: {COVERS: {kind: event}}", "edges.COVERS.kind"),
    ("extends: graphkit\nlevels: {town: {tier: village}}", "levels.town.tier"),
    ("extends: graphkit\nlevels: {hamlet: {zh: 屯, en: hamlet}}", "levels.hamlet.tier"),
    ("extends: graphkit\nlevels: {hamlet: {zh: 屯, en: hamlet, tier: twon}}", "levels.hamlet.tier"),
    ("extends: graphkit\nlevels: {hamlet: 3}", "levels.hamlet"),
    ("extends: graphkit\nenums: {mode: {yes: {zh: 是, en: y}}}", "enums.mode.True"),
    ("extends: graphkit\nenums: {mode: 3}", "enums.mode"),
    ("extends: graphkit\nenums: {mode: {x: {zh: 是}}}", "enums.mode.x"),
    ("extends: graphkit\nterms: {rate: {zh: 率, en: rate}}", "terms.rate.zh"),
    (
        "extends: graphkit\n" + NODE % "properties: {title: {type: string, zh: 题, en: t}}",
        "nodes.Shop.properties.title",
    ),
    ("extends: graphkit\n" + NODE % "properties: {Name: {type: string, zh: 名, en: n}}", "nodes.Shop.properties.Name"),
    (
        "extends: graphkit\n" + NODE % "properties: {place: {type: string, zh: 处, en: p}}",
        "nodes.Shop.properties.place",
    ),
    (
        "extends: graphkit\n" + NODE % "properties: {a: {type: int, zh: 甲, en: a}, A: {type: int, zh: 乙, en: b}}",
        "nodes.Shop.properties.A",
    ),
    (
        "extends: graphkit\n"
        + NODE % "properties: {a_bound: {type: int, zh: 甲, en: a}, a: {type: quantity, zh: 乙, en: b}}",
        "nodes.Shop.properties.a",
    ),
    ("extends: graphkit\n" + NODE % "properties: {a: {type: text, zh: 甲, en: a}}", "nodes.Shop.properties.a.type"),
    ("extends: graphkit\n" + NODE % "properties: {a: {type: int, zh: 甲}}", "nodes.Shop.properties.a"),
    (
        "extends: graphkit\n" + NODE % "properties: {a: {type: enum, values: zzz, zh: 甲, en: a}}",
        "nodes.Shop.properties.a.values",
    ),
    (
        "extends: graphkit\n" + NODE % "properties: {a: {type: int, bound: b, zh: 甲, en: a}}",
        "nodes.Shop.properties.a.bound",
    ),
    (
        "extends: graphkit\n" + NODE % "properties: {a: {type: int, values: mode, zh: 甲, en: a}}",
        "nodes.Shop.properties.a.values",
    ),
    (
        "extends: graphkit\n" + NODE % "properties: {a: {type: int, sensitive: maybe, zh: 甲, en: a}}",
        "nodes.Shop.properties.a.sensitive",
    ),
    ("extends: graphkit\n" + NODE % "properties: {a: {typ: int, zh: 甲, en: a}}", "nodes.Shop.properties.a.typ"),
    ("extends: graphkit\n" + NODE % "match: [code]", "nodes.Shop.match"),
    ("extends: graphkit\n" + NODE % "match: code", "nodes.Shop.match"),
    ("extends: graphkit\n" + NODE % "personal: sometimes", "nodes.Shop.personal"),
    ("extends: graphkit\n" + NODE % "colour: red", "nodes.Shop.colour"),
    ("extends: graphkit\nnodes: {Shop: 3}", "nodes.Shop"),
    ("extends: graphkit\nnodes: {Shop: {prefix: com, " + CAPTION + "}}", "nodes.Shop.prefix"),
    ("extends: graphkit\nnodes: {Shop: {prefix: src, " + CAPTION + "}}", "nodes.Shop.prefix"),
    ("extends: graphkit\nnodes: {Shop: {prefix: S, " + CAPTION + "}}", "nodes.Shop.prefix"),
    ("extends: graphkit\nnodes: {COMPANY: {prefix: kom, " + CAPTION + "}}", "nodes.COMPANY"),
    ("extends: graphkit\nnodes: {Covers: {prefix: kom, " + CAPTION + "}}", "edges.COVERS"),
    ("extends: graphkit\nnodes: {Sources: {prefix: kom, " + CAPTION + "}}", "nodes.Sources"),
    ("extends: graphkit\nnodes: {Evidence: {prefix: kom, " + CAPTION + "}}", "nodes.Evidence"),
    (
        'extends: graphkit\nnodes: {"A`) DETACH DELETE n //": {prefix: kom, ' + CAPTION + "}}",
        "nodes.A`) DETACH DELETE n //",
    ),
    ('extends: graphkit\nnodes: {"A\\\\u0060": {prefix: kom, ' + CAPTION + "}}", "nodes.A\\u0060"),
    ("extends: graphkit\nnodes: {企业: {prefix: kom, " + CAPTION + "}}", "nodes.企业"),
    ("extends: graphkit\n" + EDGE % "ends: [[[Compny], [Company]]]", "edges.SELLS.ends"),
    ("extends: graphkit\n" + EDGE % "ends: [[Company, Company]]", "edges.SELLS.ends"),
    ("extends: graphkit\n" + EDGE % "ends: []", "edges.SELLS.ends"),
    ("extends: graphkit\n" + EDGE % "directed: true", "edges.SELLS.ends"),
    ("extends: graphkit\n" + EDGE % (ENDS + ", key: [colour]"), "edges.SELLS.key"),
    ("extends: graphkit\n" + EDGE % (ENDS + ", directed: 1"), "edges.SELLS.directed"),
    (
        "extends: graphkit\n" + EDGE % (ENDS + ", properties: {src: {type: int, zh: 甲, en: a}}"),
        "edges.SELLS.properties.src",
    ),
    ("extends: graphkit\n" + (EDGE % ENDS).replace("event", "thing"), "edges.SELLS.kind"),
]


@pytest.mark.parametrize(("text", "key"), WRONG, ids=[f"{n}-{case[1]}" for n, case in enumerate(WRONG)])
def test_a_contradiction_names_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SchemaError) as caught:
        Schema.load(path)
    assert caught.value.fields["key"] == key, caught.value.message
    assert caught.value.fields["file"] == str(path) and str(path) in caught.value.message
    assert key in caught.value.message and caught.value.hint


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"nothing\.yaml cannot be read"):
        Schema.load(tmp_path / "nothing.yaml")
    (tmp_path / "gbk.yaml").write_bytes("extends: graphkit # 妇联".encode("gb18030"))
    with pytest.raises(SchemaError, match="is not UTF-8"):
        Schema.load(tmp_path / "gbk.yaml")
    with pytest.raises(SchemaError, match="is no JSON"):
        Schema.parse("{", "store.duckdb")
    with pytest.raises(SchemaError, match="has to be a mapping"):
        Schema.parse("[]", "store.duckdb")
