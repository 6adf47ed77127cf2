"""Whatever was done to a text, every item that becomes a row quotes the raw file where it says, exactly."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.documents.extraction import extract
from graphkit.documents.files import read_text
from graphkit.graph.tables import Graph
from graphkit.loaders.document import load_document
from graphkit.loaders.passages import PLACE
from graphkit.loaders.reading import Reading
from graphkit.schema import Schema
from tests.documents.annotated import TEXTS
from tests.documents.garbling import READINGS, garble, garble_bytes
from tests.documents.papers import paragraph, run, word
from tests.loaders.reports import SOURCE, TEXT

SCHEMA = Schema.load()


def check_quotes(graph: Graph, raw: str) -> None:
    cited: set[tuple[str, str]] = set()
    for row in graph.evidence.to_pylist():
        found = PLACE.fullmatch(row["place"])
        assert found, row
        if row["quote"] is not None:
            assert raw[int(found[2]) : int(found[3])] == row["quote"]
            cited.add((row["element_id"], row["place"]))
    for table in (*graph.node_tables.values(), *graph.edge_tables.values(), graph.statistics):
        for row in table.select(["id", "place"]).to_pylist():
            assert (row["id"], row["place"]) in cited


@pytest.mark.parametrize("file", sorted(TEXTS.glob("*.txt")), ids=lambda file: str(file.stem))
def test_the_projects_own_texts(file: Path) -> None:
    graph, told = load_document(file)
    check_quotes(graph, extract_raw(file))
    assert told.document and sum(told.document.accepted.values()) > 10 and not told.skipped


def extract_raw(file: Path) -> str:
    return read_text(file).text


@settings(max_examples=15)
@given(st.sets(st.sampled_from(sorted(READINGS)), max_size=6), st.booleans())
def test_a_garbled_text(listed: set[str], torn: bool) -> None:
    raw = (garble_bytes if torn else garble)(TEXT, "".join(sorted(listed)))
    graph = Reading(SCHEMA, extract(raw), dict(SOURCE)).graph()
    check_quotes(graph, raw)


def test_a_word_document(tmp_path: Path) -> None:
    path = tmp_path / "临溪简报.docx"
    path.write_bytes(word("".join(paragraph(run(line)) for line in TEXT.splitlines())))
    graph, told = load_document(path)
    assert told.document and told.document.form == "docx" and told.encoding is None
    check_quotes(graph, extract_raw(path))
