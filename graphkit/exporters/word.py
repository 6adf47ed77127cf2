"""A report's model written as a Word document: real headings and tables, and the pictures as shapes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from graphkit.exporters import rendering
from graphkit.exporters.blocks import Bar, Block, Drawn, HeatMap, Report, Section, Stairs, Table
from graphkit.exporters.drawing import ACCENT, COVERED, GAP, UNKNOWN, bar, drawing, pictures
from graphkit.exporters.figures import Picture
from graphkit.exporters.target import replaced
from graphkit.exporters.word_layout import lay_out
from graphkit.exporters.word_table import paragraph, run, table
from graphkit.exporters.wording import say
from graphkit.exporters.workbook import Cleaning, day_of

PACKED = (1980, 1, 1, 0, 0, 0)  # the day of every file in a package: the same record gives the same bytes
TITLE_LIMIT = 255
KEYS = {"bar": ("■", "▨", "□"), "curve": ("━", "━", "╍")}
COLOURS = {"bar": (COVERED, UNKNOWN, GAP), "curve": (COVERED, UNKNOWN, ACCENT)}


@dataclass(frozen=True, slots=True)
class _Paper:
    """A document that is being written: its end, its language, and the numbers of its pictures."""

    document: Any
    report: Report
    cleaning: Cleaning
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def say(self, name: str, **values: Any) -> str:
        return say(name, self.report.lang, **values)

    def put(self, *elements: Any) -> None:
        """Write elements at the end; the properties of the last page stay behind them."""
        last = self.document.element.body.sectPr
        for element in elements:
            last.addprevious(element)

    def write(self, text: str, style: str) -> None:
        clean = self.cleaning.removed_from(text)
        self.put(paragraph(run(clean, east=self.report.lang == "zh"), style))

    def draw(self, picture: Picture, caption: str) -> Any:
        return drawing(picture, next(self.numbers), caption, self.cleaning.removed_from)


def write_document(report: Report, path: Path) -> None:
    """Write a report as a Word document; no macro, no field but page numbers, no link that leaves it."""
    packed = BytesIO()
    document(report).save(packed)
    with replaced(path) as part, ZipFile(packed) as made, ZipFile(part, "w", ZIP_DEFLATED) as steady:
        for name in made.namelist():
            entry = ZipInfo(name, PACKED)
            entry.compress_type = ZIP_DEFLATED
            steady.writestr(entry, made.read(name))


def document(report: Report) -> Any:
    """Return a report as a document of python-docx: the answer on the first page, then section by section."""
    import docx

    cleaning = Cleaning()
    paper = _Paper(docx.Document(), report, cleaning)
    lay_out(paper.document, report, cleaning)
    _properties(paper)
    paper.write(report.title, "Title")
    paper.write(report.subtitle, "Subtitle")
    if report.invented:
        paper.write(report.invented, "Warning")
    for number, section in enumerate(report.sections):
        _section(paper, section, number)
        if not number and len(report.sections) > 1:
            _contents(paper)
    paper.write(rendering.footer(report, cleaning), "Note")
    return paper.document


def _properties(paper: _Paper) -> None:
    """State title, language and the day of the newest source, and nobody as the author."""
    told, day = paper.document.core_properties, day_of(paper.report.newest)
    told.title = paper.cleaning.removed_from(paper.report.title)[:TITLE_LIMIT]
    told.author = told.comments = told.last_modified_by = told.keywords = ""
    told.language = "zh-CN" if paper.report.lang == "zh" else "en"
    told.created = told.modified = day
    told.revision = 1


def _section(paper: _Paper, section: Section, number: int) -> None:
    title = paper.cleaning.removed_from(section.title)
    mark = (
        f'<w:bookmarkStart w:id="{number}" w:name="{_anchor(section)}"/>'
        f'{run(title, east=paper.report.lang == "zh")}<w:bookmarkEnd w:id="{number}"/>'
    )
    paper.put(paragraph(mark, "Heading1", "<w:pageBreakBefore/>" if number == 1 else ""))
    if not number and paper.report.big:
        paper.write(paper.report.big, "Figure")
    for block in section.blocks:
        _block(paper, block, section.title)


def _anchor(section: Section) -> str:
    return f"section_{section.name}"


def _contents(paper: _Paper) -> None:
    """Name the further sections in few lines; each is a link to its place."""
    zh = paper.report.lang == "zh"
    links = [
        f'<w:hyperlink w:anchor="{_anchor(section)}" w:history="1">'
        f"{run(paper.cleaning.removed_from(section.title), east=zh, colour=ACCENT)}</w:hyperlink>"
        for section in paper.report.sections[1:]
    ]
    head = run(f"{paper.say('contents')}  ", east=zh, bold=True)
    paper.put(paragraph(head + run(" · ", east=False).join(links), "Contents"))


def _block(paper: _Paper, block: Block, title: str) -> None:
    if isinstance(block, str):
        paper.write(block, "Normal")
    elif isinstance(block, Bar):
        _picture(paper, bar(block.shares), block.caption)
        _legend(paper, "bar", block.labels)
    elif isinstance(block, Table):
        if not block.sheet_only:
            _table(paper, block, title)
    else:
        _drawn(paper, block, title)


def _picture(paper: _Paper, picture: Picture, caption: str) -> None:
    line = paragraph("<w:r/>", "Picture")
    line[-1].append(paper.draw(picture, caption))
    paper.put(line)


def _drawn(paper: _Paper, block: Drawn, title: str) -> None:
    if block.caption != title:
        paper.write(block.caption, "Caption")
    for picture in pictures(block):
        _picture(paper, picture, block.caption)
    if isinstance(block, HeatMap):
        paper.write(block.note, "Note")
    else:
        _legend(paper, "bar" if isinstance(block, Stairs) else "curve", block.labels)


def _legend(paper: _Paper, kind: str, labels: tuple[str, str, str]) -> None:
    zh = paper.report.lang == "zh"
    parts = [
        run(f"{key} ", east=True, colour=colour) + run(f"{paper.cleaning.removed_from(label)}      ", east=zh)
        for key, colour, label in zip(KEYS[kind], COLOURS[kind], labels, strict=True)
    ]
    paper.put(paragraph("".join(parts), "Note"))


def _table(paper: _Paper, block: Table, title: str) -> None:
    limit = rendering.PAGE_ROWS
    if block.caption != title:
        paper.write(block.caption, "Caption")
    bars = [None if shares is None else paper.draw(bar(shares, 84, 10), "") for shares in block.bars[:limit]]
    paper.put(table(block, limit, (paper.report.lang, paper.cleaning), bars))
    notes = [] if block.rows else [paper.say("no_rows")]
    if len(block.rows) > limit:
        notes.append(paper.say("cut_rows", shown=limit, total=len(block.rows)))
    for note in [*notes, *block.notes]:
        paper.write(note, "Note")
