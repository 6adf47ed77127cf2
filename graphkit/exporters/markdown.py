"""A report's model written as Markdown: tables as GitHub reads them, every text inert, every list whole."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphkit.exporters.blocks import Bar, Block, HeatMap, Report, Section, Shares, Table
from graphkit.exporters.rendering import footer, shown
from graphkit.exporters.target import replaced
from graphkit.exporters.wording import say
from graphkit.exporters.workbook import Cleaning

# What begins markup anywhere in a line. Angle brackets and ampersands become entities: some readers of Markdown take
# a tag for a tag behind a backslash too.
_MARKS = re.compile(r"[\\`*_\[\]|~$]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# What is markup only at the beginning of a paragraph: headings, lists and their numbers, lines.
_BEGINNING = re.compile(r"^(\d{0,9})([.)](?=\s|$)|(?<!\d)[#+=-])")
_ADDRESS = re.compile(r"(https?|ftp)(:)(?=//)|\b(www)(\.)|([^\s@])(@)(?=[^\s@])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Writing:
    """What a report's texts need on their way into the file."""

    report: Report
    cleaning: Cleaning

    def say(self, name: str, **values: Any) -> str:
        return say(name, self.report.lang, **values)

    def text(self, text: str) -> str:
        """Write a text so that it is read as it stands, in one line."""
        return inert(self.cleaning.removed_from(text))

    def paragraph(self, text: str) -> str:
        """Write a text that stands alone: its beginning must not make a heading or a list of it."""
        return _BEGINNING.sub(r"\1\\\2", self.text(text))

    def heading(self, level: int, text: str) -> str:
        plain = self.text(text).replace("#", "\\#")
        return f"{'#' * level} {plain}"


def write_markdown(report: Report, path: Path) -> None:
    """Write a report as one Markdown file."""
    with replaced(path) as part:
        part.write_text(markdown(report), encoding="utf-8", newline="\n")


def markdown(report: Report) -> str:
    """Return a report as Markdown: headings, paragraphs and tables, each apart from the next by an empty line."""
    writing = _Writing(report, Cleaning())
    parts = list(_parts(writing))
    return "\n\n".join([*parts, "---", writing.paragraph(footer(report, writing.cleaning))]) + "\n"


def _parts(writing: _Writing) -> Iterator[str]:
    report = writing.report
    yield writing.heading(1, report.title)
    yield writing.paragraph(report.subtitle)
    if report.invented:
        yield f"> **{writing.text(report.invented)}**"
    for number, section in enumerate(report.sections):
        yield writing.heading(2, section.title)
        if not number and report.big:
            yield f"**{writing.text(report.big)}**"
        for block in section.blocks:
            yield from _block(writing, section, block)


def _block(writing: _Writing, section: Section, block: Block) -> Iterator[str]:
    if isinstance(block, str):
        yield writing.paragraph(block)
    elif isinstance(block, Bar):
        yield writing.paragraph(" · ".join(block.labels))
    elif isinstance(block, HeatMap):
        yield from _heat_map(writing, section, block)
    elif isinstance(block, Table) and not block.sheet_only:
        yield from _table(writing, section, block)
    # A curve and stairs show what the table below them says.


def _table(writing: _Writing, section: Section, block: Table) -> Iterator[str]:
    if block.caption != section.title:
        yield writing.heading(3, block.caption)
    kinds = [column.kind for column in block.columns]
    rows = [[shown(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in block.rows]
    right = [kind in ("count", "share") for kind in kinds]
    yield _grid(writing, [column.caption for column in block.columns], rows, right)
    if not block.rows:
        yield writing.say("no_rows")
    yield from (writing.paragraph(note) for note in block.notes)


def _heat_map(writing: _Writing, section: Section, block: HeatMap) -> Iterator[str]:
    """Write a heat map as a table of what stands in its cells, and what the picture's colours tell as numbers."""
    if block.caption != section.title:
        yield writing.heading(3, block.caption)
    rows = [[name, *map(_told, line)] for name, line in zip(block.rows, block.cells, strict=True)]
    yield _grid(writing, ["", *block.columns], rows, [False] + [True] * len(block.columns))
    yield writing.say("heatmap_cells")


def _told(shares: Shares | None) -> str:
    return f"{shares.covered} / {shares.unknown} / {shares.gap}" if shares is not None and shares.units else ""


def _grid(writing: _Writing, captions: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    lines = [[writing.text(text) for text in line] for line in (captions, *rows)]
    lines.insert(1, ["---:" if is_right else "---" for is_right in right])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def inert(text: str) -> str:
    """Return a text so that no reader of Markdown takes anything in it for markup; its lines become one."""
    plain = "".join(_ENTITIES.get(character, character) for character in text)
    plain = _ADDRESS.sub(_unlinked, _MARKS.sub(r"\\\g<0>", plain))
    return "<br>".join(" ".join(line.split()) for line in plain.strip().split("\n"))


def _unlinked(found: re.Match[str]) -> str:
    """Part an address, which some readers would make a link of."""
    before, mark = (part for part in found.groups() if part is not None)
    return f"{before}\\{mark}"
