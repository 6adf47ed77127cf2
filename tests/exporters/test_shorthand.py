"""Columns written short come back as they were; and which engine draws a map, up to how many nodes."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import ExportError
from graphkit.exporters.map import MAX_NODES, MapOptions, export_map, to_pyvis
from graphkit.exporters.map.page import inert_json
from graphkit.exporters.map.shorthand import short_column, shortened
from graphkit.graph.tables import Graph
from tests.exporters.scenes import graph_of

NUMBERS = st.integers(-3, 10**6)
COLUMNS = st.one_of(
    st.lists(NUMBERS),
    st.lists(st.sampled_from(["own", "joint", ""])),
    st.lists(st.sampled_from([True, False, 1, 0, None, 0.5])),
    st.lists(st.integers(0, 400).map(lambda n: f"台账.csv:{n}")),
    st.lists(st.text(max_size=3)),
    st.lists(st.lists(NUMBERS.map(abs), max_size=2).map(tuple)),
    st.lists(st.lists(st.tuples(st.text(max_size=2), NUMBERS), max_size=1).map(tuple)),
).map(tuple)


def whole(column: Any) -> list[Any]:
    """Read a short column back, as gk-scene.js does."""
    if not isinstance(column, dict):
        return list(column)
    if "count" in column:
        return [column["all"]] * column["count"]
    if "of" in column:
        return [column["of"][k] for k in column["at"]]
    if "one" in column:
        return [() if k < 0 else (k,) for k in whole(column["one"])]
    if "by" in column:
        found, total = [], 0
        for step in column["by"]:
            total += step
            found.append(total)
        return found
    heads = (column["head"][k] for k in whole(column["at"]))
    return [f"{head}{number}" for head, number in zip(heads, whole(column["tail"]), strict=True)]


@given(COLUMNS)
def test_a_short_column_reads_back_as_it_was(column: tuple[Any, ...]) -> None:
    found = whole(short_column(column))
    assert found == list(column) and list(map(type, found)) == list(map(type, column))


def test_what_repeats_is_written_once() -> None:
    columns: dict[str, Any] = {
        "place": tuple(f"企业台账.csv:{n}" for n in range(2, 1002)),
        "planned": (False,) * 1000,
        "element": tuple(range(1000)),
        "max_hops": 6,
    }
    short = shortened(columns)
    assert short["max_hops"] == 6
    assert len(inert_json(short)) < len(inert_json(columns)) / 3


def crowd(size: int) -> Graph:
    return graph_of({"Company": [{"id": f"com_{i}", "name": f"企业{i}"} for i in range(size)]}, {})


def engine_of(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    assert len(re.findall("\n<script>", text)) == (2 if "new vis.Network" in text else 1)
    return "pyvis" if "new vis.Network" in text else "canvas"


@pytest.mark.parametrize(
    ("size", "asked", "drawn"),
    [(3, "auto", "pyvis"), (3, "canvas", "canvas"), (2000, "auto", "pyvis"), (2001, "auto", "canvas")],
)
def test_the_engine_follows_the_size_unless_it_is_asked_for(tmp_path: Path, size: int, asked: Any, drawn: str) -> None:
    found = export_map(crowd(size), tmp_path / "m.html", options=MapOptions(engine=asked))
    assert engine_of(found) == drawn


def test_above_its_limit_an_engine_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = crowd(2001)
    for ask in (
        lambda: to_pyvis(large),
        lambda: export_map(large, tmp_path / "m.html", options=MapOptions(engine="pyvis")),
    ):
        with pytest.raises(ExportError) as caught:
            ask()
        assert caught.value.code == "map-too-large"
        assert "canvas" in caught.value.hint and "--aggregate" in caught.value.hint
    monkeypatch.setitem(MAX_NODES, "canvas", 2000)
    with pytest.raises(ExportError) as caught:
        export_map(large, tmp_path / "m.html")
    assert caught.value.code == "map-too-large" and "2,001" in str(caught.value)
    assert "--aggregate" in caught.value.hint and "graph.select" in caught.value.hint
    assert not (tmp_path / "m.html").exists()


def test_the_page_of_a_canvas_holds_no_vis_network_and_the_same_policy(tmp_path: Path) -> None:
    text = export_map(crowd(3), tmp_path / "m.html", options=MapOptions(engine="canvas")).read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None and policy.group(1).startswith("default-src &#x27;none&#x27;; script-src")
    assert "unsafe" not in policy.group(1) and policy.group(1).count("sha256-") == 2
    assert len(text) < 300_000
