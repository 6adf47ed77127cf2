"""A Chinese report becomes a raw Graph: what was read from it, each item with its words and their place in the file.

What is sure is actual (or what the report says it is: planned); the rest is `proposed`, counts nowhere, and waits for
a person. The store keeps no text of the report but the sentences that state something.
"""

from collections.abc import Iterator
from pathlib import Path

from graphkit.documents.extraction import extract_file
from graphkit.documents.lexicon import load_lexicon
from graphkit.graph.convert import source_id
from graphkit.graph.tables import Graph
from graphkit.graph.verdicts import WAITING
from graphkit.loaders.citations import Row
from graphkit.loaders.plain import digest
from graphkit.loaders.reading import Reading
from graphkit.loaders.report import DocumentFacts, FileReport, Finding, LoadReport
from graphkit.loaders.tables.options import TableOptions
from graphkit.loaders.wording import LOST, READ_AGAIN
from graphkit.schema import Schema


def load_document(
    path: Path, schema: Schema | None = None, options: TableOptions | None = None
) -> tuple[Graph, LoadReport]:
    """Read one document (text, HTML, Word, PDF with a text layer): a raw graph and a report of what was read.

    The dataset is called as the file if `options` do not name it; title, publisher and date are those of the document
    if they are not told. Raises DataError for a file that cannot be read or holds no text.
    """
    options = options or TableOptions()
    dataset, edition = options.checked_names(path)
    date, kind = options.checked_date(), options.checked_kind()
    lexicon = None if options.lexicons is None else load_lexicon(options.lexicons)
    told = extract_file(path, lexicon=lexicon, encoding=options.encoding)
    said = told.clean.metadata
    source: Row = {
        "id": source_id(dataset, edition),
        "dataset": dataset,
        "edition": edition,
        "kind": kind,
        "name": options.title or said.title or dataset,
        "publisher": options.publisher or said.publisher,
        "date": date or said.date,
        "path": path.name,
        "sha256": digest([path]),
        "complete": "[]",
        "invented": options.invented,
        "delivery": "additions",
    }
    reading = Reading(schema or Schema.load(), told, source)
    return reading.graph(), report_of(reading)


def report_of(reading: Reading) -> LoadReport:
    """Tell what was read: items by kind, what waits, how the text was read, and what of it is lost."""
    told, source = reading.told, reading.source
    kinds = {"entities": told.entities, "relations": told.relations, "statistics": told.statistics}
    skipped = {kind: tuple(reading.skipped.get(kind, ())) for kind in kinds}
    file, read = str(source["path"]), told.source
    waiting = {kind: reading.counts[kind, WAITING] for kind in kinds}
    facts = DocumentFacts(
        {kind: len(items) - len(skipped[kind]) - waiting[kind] for kind, items in kinds.items()},
        waiting,
        told.tagger,
        read.kind if read else "text",
        len(told.clean.repairs),
        tuple(_lost(reading)),
    )
    nothing = [] if told.entities else [f"{file}: nothing is named in it that could be read"]
    return LoadReport(
        str(source["dataset"]),
        source["edition"],
        str(source["id"]),
        bool(source["invented"]),
        tuple(
            FileReport(file, kind, len(items), len(items) - len(skipped[kind]), skipped=skipped[kind])
            for kind, items in kinds.items()
        ),
        (*(read.warnings if read else ()), *nothing),
        not_understood=tuple(reading.not_taken),
        encoding=read.encoding if read else None,
        document=facts,
    )


def _lost(reading: Reading) -> Iterator[Finding]:
    """Name what cannot be read, and what was read again without certainty, where it stands."""
    clean = reading.told.clean
    doubtful = [change for change in clean.repairs if change.inferred]
    for change in sorted((*clean.losses, *doubtful), key=lambda c: (c.start, c.end)):
        words = clean.raw[change.start : change.end]
        place = reading.cited.passages.raw_place(change.start, change.end)
        yield reading.finding("", words, place, READ_AGAIN if change.inferred else LOST)
