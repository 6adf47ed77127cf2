"""A report's model written as one self-contained page, or as a workbook with a sheet a table."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import graphkit
from graphkit.exporters.blocks import DASH, Cell, HeatMap, Kind, Report, Section, Table
from graphkit.exporters.figures import laid_out
from graphkit.exporters.sections import counted, share
from graphkit.exporters.target import replaced
from graphkit.exporters.wording import say
from graphkit.exporters.workbook import Cleaning, Sheet, write_workbook

PAGE_ROWS = 500  # a page with more rows in a table is no longer read; the workbook has them all


def write_page(report: Report, path: Path) -> None:
    """Write a report as one HTML file: no script, no request, nothing that a name could break out of."""
    with replaced(path) as part:
        part.write_text(page(report), encoding="utf-8", newline="\n")


def page(report: Report) -> str:
    """Return a report as the text of an HTML page."""
    cleaning = Cleaning()
    css = (files("graphkit") / "exporters" / "templates" / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    text: str = _template().render(
        report=report,
        css=_as_is(css),
        css_hash=f"sha256-{digest}",
        version=graphkit.__version__,
        limit=PAGE_ROWS,
        laid_out=laid_out,
        kind_of=lambda block: type(block).__name__,
        say=_saying(report),
        clean=cleaning.removed_from,
        shown=lambda cell, kind: cleaning.removed_from(shown(cell, kind)),
        footer=lambda: footer(report, cleaning),
    )
    return text


def _as_is(text: str) -> Any:
    """Mark graphkit's own style sheet as markup; nothing else is."""
    from markupsafe import Markup

    return Markup(text)


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("graphkit.exporters", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.get_template("report.html")


def _saying(report: Report) -> Callable[..., str]:
    return lambda name, **values: say(name, report.lang, **values)


def footer(report: Report, cleaning: Cleaning) -> str:
    made = f"graphkit {graphkit.__version__}"
    return f"{made} · {_cleaned(report, cleaning)}" if cleaning.removed else made


def _cleaned(report: Report, cleaning: Cleaning) -> str:
    return say("cleaned", report.lang, cut=cleaning.cut, removed=cleaning.removed)


def shown(cell: Cell, kind: Kind) -> str:
    """Write a cell as people read it."""
    if cell is None:
        return DASH
    if isinstance(cell, tuple):
        return f"{cell[1]} {counted(cell[0])}".strip()
    if isinstance(cell, str):
        return cell
    return share(cell) if kind == "share" else f"{cell:,}"


def write_book(report: Report, path: Path) -> None:
    """Write a report as a workbook: the sentences first, then a sheet a table, then method and what was cleaned."""
    cleaning = Cleaning()
    write_workbook(path, _sheets(report, cleaning), newest=report.newest, title=report.title, cleaning=cleaning)


def _sheets(report: Report, cleaning: Cleaning) -> Iterator[Sheet]:
    mark = f"{say('invented', report.lang)} · " if report.invented else ""
    captions = [say("section", report.lang), say("text", report.lang)]
    notes = [text for text in (report.invented, report.subtitle) if text]
    sentences = [(part.title, text) for part in report.sections for text in _sentences(part)]
    yield Sheet(say("headline", report.lang), report.title, captions, ["text", "text"], sentences, notes)
    for table in report.tables:
        kinds = [column.kind for column in table.columns]
        title = f"{mark}{table.caption} · {report.subtitle}"
        yield Sheet(table.caption, title, [c.caption for c in table.columns], kinds, table.rows, table.notes)
    # Read last, when every other sheet is written: only then is known what had to be changed.
    if cleaning.cut or cleaning.removed:
        text = _cleaned(report, cleaning)
        name = say("cleaned_sheet", report.lang)
        yield Sheet(name, f"{mark}{name}", [say("text", report.lang)], ["text"], [(text,)])


def _sentences(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, str):
            yield block
        elif isinstance(block, HeatMap):
            yield block.note
        elif isinstance(block, Table) and not block.rows:
            yield block.caption
