"""The scene and the page: what is shown, with which evidence, and that no text in it can do anything."""

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import ExportError
from graphkit.exporters.map import MapOptions, export_map, to_pyvis
from graphkit.exporters.map.captions import texts
from graphkit.exporters.map.columns import Headline
from graphkit.exporters.map.labels import labels, short, visible
from graphkit.exporters.map.page import inert_json
from graphkit.exporters.map.places import in_order
from graphkit.exporters.map.scene import Scene, headline, scene
from graphkit.exporters.style import MODES, SHAPES, THEMES, shape_of
from graphkit.graph.tables import Graph
from tests.exporters.scenes import EDGES, NODES, SCHEMA, coverage_of, graph_of

STATIC = Path(__file__).parents[2] / "graphkit" / "exporters" / "static"


@pytest.fixture
def county() -> Graph:
    return graph_of()


@pytest.fixture
def drawn(county: Graph) -> Scene:
    return scene(county, coverage_of(county))


def at(drawn: Scene, node_id: str) -> int:
    return drawn.nodes.id.index(node_id)


def linkage(rows: list[dict[str, Any]]) -> Any:
    """Return what the map reads of a linkage."""
    return SimpleNamespace(nearest=pa.Table.from_pylist(rows), max_hops=3)


def names(drawn: Scene, numbers: tuple[int, ...]) -> list[str]:
    return [drawn.nodes.name[n] for n in numbers]


def facts(drawn: Scene, element: int) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Map the properties of an element to value and (place, quote) of each statement."""
    f = drawn.facts
    return {
        f.property[k]: (f.value[k], [(f.place[s], f.quote[s]) for s in f.statements[k]])
        for k, e in enumerate(f.element)
        if e == element
    }


def test_units_carry_what_the_coverage_says(drawn: Scene) -> None:
    told = {
        drawn.nodes.id[i]: (drawn.nodes.status[i], drawn.nodes.mode[i], drawn.nodes.key[i], drawn.nodes.preparing[i])
        for i in range(len(drawn.nodes))
        if drawn.nodes.unit[i]
    }
    assert told == {
        "com_1": ("covered", "own", "yes", False),
        "com_2": ("covered", "joint", "unknown", False),
        "com_3": ("covered", "", "unknown", False),
        "com_4": ("gap", "", "yes", True),
        "com_5": ("gap", "", "no", False),
        "com_6": ("unknown", "", "unknown", False),
    }


def test_headline_counts_units_and_keeps_unknown_head_counts_apart(drawn: Scene) -> None:
    assert drawn.headline == Headline(
        units=6, covered=3, gap=2, unknown=1, key_gaps=1, women=500, women_covered=160, women_unknown=1
    )
    gaps = [at(drawn, "com_4"), at(drawn, "com_5"), at(drawn, "fed_1")]
    assert headline(drawn.nodes, gaps) == Headline(units=2, gap=2, key_gaps=1, women=240)


def test_without_coverage_companies_have_no_status(county: Graph) -> None:
    bare = scene(county)
    units = [i for i in range(len(bare.nodes)) if bare.nodes.unit[i]]
    assert {bare.nodes.type[i] for i in units} == {"Company"}
    assert {bare.nodes.status[i] for i in units} == {""}
    assert not bare.has_coverage and not bare.ties.unit


def test_groups_are_shown_but_are_no_units(drawn: Scene) -> None:
    group = at(drawn, "com_7")
    assert drawn.nodes.group[group] and not drawn.nodes.unit[group]
    assert facts(drawn, group)["count"][0] == "超过 10"


def test_what_is_in_review_is_not_on_the_wall(drawn: Scene) -> None:
    assert "com_8" not in drawn.nodes.id
    assert "cov_3" not in drawn.edges.id
    assert drawn.nodes.planned[at(drawn, "fed_4")]


def test_town_is_found_through_a_base_and_else_the_nearest_region(drawn: Scene) -> None:
    town = {i: drawn.nodes.town[at(drawn, i)] for i in ("com_1", "com_2", "com_5", "com_3", "reg_3")}
    assert names(drawn, (town["com_1"], town["com_2"], town["com_5"])) == ["东屏镇", "东屏镇", "溪口县"]
    assert town["com_3"] == -1
    assert town["reg_3"] == at(drawn, "reg_3")


def test_chains_follow_from_segments_or_are_stated(drawn: Scene) -> None:
    assert names(drawn, drawn.nodes.chains[at(drawn, "com_1")]) == ["石材产业链"]
    assert names(drawn, drawn.nodes.segments[at(drawn, "com_1")]) == ["石材加工"]
    assert names(drawn, drawn.nodes.chains[at(drawn, "com_5")]) == ["水暖产业链"]
    assert drawn.nodes.segments[at(drawn, "com_5")] == ()


@pytest.mark.parametrize(
    ("feeds", "order", "known"),
    [
        ([(3, 1), (1, 2)], [3, 1, 2], True),
        ([(1, 2), (1, 3), (2, 4)], [1, 2, 4, 3], True),
        ([], [1, 2, 3, 4], False),
        ([(1, 2), (2, 1)], [1, 2, 3, 4], False),
        ([(7, 8)], [1, 2, 3, 4], False),
    ],
)
def test_segments_stand_in_the_order_in_which_they_feed(
    feeds: list[tuple[int, int]], order: list[int], known: bool
) -> None:
    segments = sorted(order)
    assert in_order(segments, feeds) == (order, known)


@given(st.permutations(range(8)), st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12))
def test_any_feeds_without_a_loop_are_respected(ranks: list[int], pairs: list[tuple[int, int]]) -> None:
    feeds = [(a, b) for a, b in pairs if ranks[a] < ranks[b]]
    order, known = in_order(range(8), feeds)
    assert sorted(order) == list(range(8)) and known == bool(feeds)
    assert all(order.index(a) < order.index(b) for a, b in feeds)


def test_ties_name_the_organisation_and_the_edges_that_say_so(drawn: Scene) -> None:
    told = [
        (drawn.nodes.id[u], drawn.nodes.id[o], mode, rule, [drawn.edges.id[e] for e in edges])
        for u, o, mode, rule, edges in zip(
            drawn.ties.unit, drawn.ties.organisation, drawn.ties.mode, drawn.ties.rule, drawn.ties.edges, strict=True
        )
    ]
    assert told == [
        ("com_1", "fed_2", "own", "direct", ["cov_1"]),
        ("com_2", "fed_3", "joint", "base", ["loc_2", "cov_2"]),
    ]
    assert names(drawn, drawn.ties.via[1]) == ["东屏石材基地"]


def test_each_fact_has_the_place_of_its_row(drawn: Scene) -> None:
    found = facts(drawn, at(drawn, "com_1"))
    assert found["women_employees"] == ("100", [("Company:2", "")])
    assert found["party_organisation"] == ("是", [("Company:2", "")])
    loan = facts(drawn, len(drawn.nodes) + drawn.edges.id.index("len_1"))
    assert loan["amount_cny"] == ("2,500,000", [("LENDS_TO:2", "")])
    assert "women_employees" not in facts(drawn, at(drawn, "com_3"))


def test_quoted_evidence_and_values_that_lost_stand_with_their_fact() -> None:
    said: list[dict[str, Any]] = [
        {
            "element_id": "com_1",
            "source_id": "src_1",
            "place": "Company:2",
            "quote": "恒固一百名女工",
            "confidence": 0.9,
        },
        {"element_id": "com_1", "property": "women_employees", "value": "1120", "source_id": "src_2", "place": "第2段"},
        {"element_id": "com_4", "property": "women_employees", "value": "200", "source_id": "src_2", "place": "第3段"},
    ]
    drawn = scene(graph_of(evidence=said))
    f, number = drawn.facts, at(drawn, "com_1")
    assert facts(drawn, number)["women_employees"] == ("100", [("Company:2", "恒固一百名女工")])
    (row,) = [k for k, e in enumerate(f.element) if e == number and f.property[k] == "women_employees"]
    assert [(value, f.place[s]) for value, s in f.others[row]] == [("1,120", "第2段")]
    assert facts(drawn, at(drawn, "com_4"))["women_employees"][1] == [("Company:5", ""), ("第3段", "")]


def test_values_are_written_with_the_word_of_their_bound(drawn: Scene) -> None:
    assert facts(drawn, at(drawn, "com_6"))["women_employees"][0] == "超过 100"
    assert drawn.nodes.women_text[at(drawn, "com_6")] == ">100"
    assert drawn.nodes.women_text[at(drawn, "com_2")] == "~60"
    english = scene(graph_of(), options=MapOptions(lang="en"))
    assert facts(english, at(english, "com_6"))["women_employees"][0] == "more than 100"
    assert facts(english, at(english, "com_1"))["party_organisation"][0] == "yes"


def test_links_name_the_nearest_resource_and_the_brokers(county: Graph) -> None:
    row = {"unit": "com_4", "resource_type": "Bank", "hops": 2, "resource": "ban_1", "paths": 1, "brokers": ["fed_1"]}
    found = scene(county, coverage_of(county), links=linkage([row])).links
    drawn = scene(county)
    assert found.unit == (at(drawn, "com_4"),) and found.resource == (at(drawn, "ban_1"),)
    assert found.hops == (2,) and found.brokers == ((at(drawn, "fed_1"),),)


def test_an_office_sees_that_data_are_invented() -> None:
    assert scene(graph_of(invented=True)).invented
    assert not scene(graph_of()).invented


@given(st.text(max_size=200))
def test_no_control_or_direction_mark_stays_unseen(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in shown)
    assert not any(unicodedata.bidirectional(c) in ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI") for c in shown)
    assert visible(shown) == shown


def test_labels_drop_what_tells_nothing() -> None:
    assert short("恒固石业股份有限公司") == "恒固石业"
    assert short("溪口县妇女联合会") == "溪口县妇联"
    assert labels(["恒固石业有限公司", "恒固石业有限责任公司"], ["Company"] * 2) == (
        "恒固石业有限公司",
        "恒固石业有限责任公司",
    )
    local = [f"溪口{name}有限公司" for name in "恒固 金辉 瑞达 兴旺 宏泰 鑫源".split()]
    assert labels([*local, "溪口县妇联"], [*["Company"] * 6, "Federation"])[0::6] == ("恒固", "溪口县妇联")
    assert len(short("长" * 10_000)) <= 60


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_inert_json_keeps_every_text_and_ends_no_script(value: Any) -> None:
    cleaned = json.loads(json.dumps(value).encode("utf-8", "replace"))
    text = inert_json(cleaned)
    assert json.loads(text) == cleaned
    assert not set("<\u2028\u2029") & set(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_json_has_no_word_for_is_an_error(value: Any) -> None:
    with pytest.raises(ExportError) as caught:
        inert_json({"x": value})
    assert caught.value.code == "map-value" and caught.value.hint


@pytest.fixture
def html(county: Graph, tmp_path: Path) -> str:
    path = export_map(county, tmp_path / "图" / "map.html")
    return path.read_bytes().decode("utf-8")


def test_policy_allows_exactly_the_scripts_of_the_page(html: str) -> None:
    policy = re.search('Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    content = policy.group(1).replace("&#x27;", "'")
    assert content.startswith("default-src 'none'; ")
    scripts = re.findall("<script>(.*?)</script>", html, re.DOTALL)
    style = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    assert len(scripts) == 2 and len(style) == 1
    for text in (*scripts, *style):
        assert base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") in content
    assert "unsafe" not in content and "http" not in content and "\r" not in html


def test_names_are_never_read_as_template_or_markup(tmp_path: Path) -> None:
    hostile = ["@@CSS@@", "</script><script>window.__xss=1</script>", "{{7*7}}", "\\u003c/script>"]
    companies = [{"id": f"com_{i}", "name": name} for i, name in enumerate(hostile)]
    path = export_map(graph_of({"Company": companies}, {}), tmp_path / "map.html")
    html = path.read_text(encoding="utf-8")
    data = re.search('<script type="application/json" id="gk-data">(.*?)</script>', html, re.DOTALL)
    assert data is not None
    assert json.loads(data.group(1))["nodes"]["name"] == hostile
    assert "<script>window" not in html


def test_title_cannot_leave_its_element(county: Graph, tmp_path: Path) -> None:
    options = MapOptions(title='</title><script>x</script>"')
    html = export_map(county, tmp_path / "map.html", options=options).read_text(encoding="utf-8")
    assert "<title>&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;&quot;</title>" in html


def test_the_same_graph_gives_the_same_bytes(county: Graph, tmp_path: Path) -> None:
    for layout in ("chain", "communities"):
        options = MapOptions(layout=layout)
        first, second = (
            export_map(county, tmp_path / name, options=options).read_bytes() for name in ("a.html", "b.html")
        )
        assert first == second


def test_a_failed_export_leaves_the_old_map(county: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "map.html"
    path.write_text("old", encoding="utf-8")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ExportError):
        export_map(county, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]


def test_too_large_a_graph_is_refused_with_advice() -> None:
    crowd = graph_of({"Company": [{"id": f"com_{i}", "name": f"企业{i}"} for i in range(2001)]}, {})
    with pytest.raises(ExportError) as caught:
        to_pyvis(crowd)
    assert caught.value.code == "map-too-large" and "select" in caught.value.hint


def test_tiers_leave_out_what_their_readers_may_not_see(county: Graph, tmp_path: Path) -> None:
    pages = {
        tier: export_map(county, tmp_path / f"{tier}.html", options=MapOptions(tier=tier)).read_text(encoding="utf-8")
        for tier in ("internal", "partner", "public")
    }
    assert "13900000001" in pages["internal"] and "林测试" in pages["internal"]
    assert "13900000001" not in pages["partner"] and "林测试" in pages["partner"]
    assert "13900000001" not in pages["public"] and "林测试" not in pages["public"]
    assert "Company:2" in pages["partner"] and "Company:2" not in pages["public"]


def test_nodes_and_edges_can_be_added_to_the_pyvis_network(county: Graph) -> None:
    network = to_pyvis(county)
    assert len(network.nodes) == sum(len(t) for t in county.node_tables.values()) - 1  # one is in review
    network.add_node("extra", label="</script>")
    network.add_edge("extra", "com_1", width=3)
    with pytest.raises(ExportError, match="already"):
        network.add_node("com_1")
    with pytest.raises(ExportError, match="nobody"):
        network.add_edge("com_1", "nobody")
    data = re.search('id="gk-data">(.*?)</script>', network.generate_html(), re.DOTALL)
    assert data is not None
    assert json.loads(data.group(1))["engine"]["edges"] == [{"width": 3, "from": "extra", "to": "com_1"}]


def test_parallel_edges_are_kept(county: Graph) -> None:
    twice = {**EDGES, "LENDS_TO": [*EDGES["LENDS_TO"], {**EDGES["LENDS_TO"][0], "id": "len_2"}]}
    assert len(to_pyvis(graph_of(NODES, twice)).edges) == len(to_pyvis(county).edges) + 1


def test_another_vis_network_is_refused(county: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphkit.exporters.map import pyvis_page

    pyvis_page.vis_network.cache_clear()
    monkeypatch.setattr(pyvis_page, "VIS_SHA256", "0" * 64)
    with pytest.raises(ExportError) as caught:
        to_pyvis(county).generate_html()
    assert caught.value.code == "vis-network"


def test_every_type_has_a_shape_and_every_mode_a_colour_and_a_line_of_its_own() -> None:
    assert all(name in SHAPES for name in SCHEMA.nodes)
    assert len({SHAPES[shape_of(name)] for name in SCHEMA.nodes}) == len(SCHEMA.nodes)
    assert shape_of("Venue", "production_base") != shape_of("Venue") == shape_of("SomethingAdded")
    modes = SCHEMA.edges["COVERS"].properties["mode"].values
    assert set(modes) | {""} == set(MODES)
    for look in zip(*((line.light, line.dark, line.dash) for line in MODES.values()), strict=True):
        assert len(set(look)) == len(MODES)
    assert set(THEMES["light"]) == set(THEMES["dark"])


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_marks_stand_out_from_their_ground(theme: str) -> None:
    colours = THEMES[theme]

    def contrast(one: str, other: str) -> float:
        high, low = sorted((luminance(one), luminance(other)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for ground in ("bg", "panel", "lane", "lane2"):
        assert contrast(colours["ink"], colours[ground]) >= 7
        assert contrast(colours["mut"], colours[ground]) >= 4.5
        assert contrast(colours["gap"], colours[ground]) >= 4.5
        for line in MODES.values():
            assert contrast(line.light if theme == "light" else line.dark, colours[ground]) >= 3


def test_both_languages_say_everything() -> None:
    zh, en = texts("zh"), texts("en")
    assert set(zh) == set(en) and all(zh.values()) and all(en.values())
    for key in zh:
        assert sorted(re.findall(r"{\w+}", zh[key])) == sorted(re.findall(r"{\w+}", en[key])), key
    used = set(re.findall(r"\bT\.(\w+)", "".join(p.read_text(encoding="utf-8") for p in STATIC.glob("*.js"))))
    assert used <= set(zh)


def test_scripts_and_styles_stay_within_an_old_browser() -> None:
    too_new = re.compile(
        r"\?\.[\w\[(]|\?\?|replaceChildren|replaceAll|\.at\(-|color-mix|\binset\s*:(?!\()|:is\(|:where\(|&&=|\|\|="
    )
    for path in (*STATIC.glob("*.js"), *STATIC.glob("*.css")):
        found = too_new.findall(re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
        assert not found, f"{path.name}: {found}"


def test_scripts_write_no_markup() -> None:
    for path in STATIC.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            path.name
        )


def test_a_page_of_another_date_says_so(county: Graph) -> None:
    assert scene(county, options=MapOptions(as_of="2022-06-30")).as_of == "2022-06-30"
    assert scene(county, coverage_of(county)).as_of == "2026-09-30"
    assert replace(MapOptions(), lang="en").lang == "en"
