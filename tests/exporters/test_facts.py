"""Coded texts are told by their captions, whatever the schema has none for as it stands."""

from pathlib import Path

import pytest

from graphkit.build import read
from graphkit.exporters.map import MapOptions, to_pyvis
from tests.exporters.scenes import graph_of

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.mark.parametrize(("lang", "told"), [("zh", "协会"), ("en", "association")])
def test_a_kind_that_is_a_term_has_its_caption(lang: str, told: str) -> None:
    nodes = {"Alliance": [{"id": "all_1", "name": "商会", "kind": "association"}]}
    facts = to_pyvis(graph_of(nodes, {}), options=MapOptions(lang=lang)).scene.facts  # type: ignore[arg-type]
    assert dict(zip(facts.property, facts.value, strict=True))["kind"] == told


def test_a_kind_that_is_no_term_stands_as_it_is() -> None:
    nodes = {"Alliance": [{"id": "all_1", "name": "商会", "kind": "<b>自定</b>"}]}
    facts = to_pyvis(graph_of(nodes, {})).scene.facts
    assert dict(zip(facts.property, facts.value, strict=True))["kind"] == "<b>自定</b>"


def test_the_five_documents_show_no_coded_kind_or_role() -> None:
    documents = sorted(path.parent for path in SEEDS.glob("*/dataset.yaml"))
    facts = to_pyvis(read(*documents, SEEDS / "decisions.csv")).scene.facts
    shown = {value for name, value in zip(facts.property, facts.value, strict=True) if name in ("kind", "role")}
    assert len(shown) > 30 and [value for value in sorted(shown) if value.isascii()] == []
