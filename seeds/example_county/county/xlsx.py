"""Write .xlsx files byte for byte the same everywhere: stored, not packed, with fixed dates and no library's habits.

What a cell holds is written as it is told, so that a workbook can be as wrong as those of an office.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

MADE = (2026, 1, 1, 0, 0, 0)
FIRST_DAYS = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
# Number formats by what a date shows: a day, or a month alone.
STYLES = {"day": 1, "month": 2}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula; without `cached` nobody ever computed it."""

    text: str
    cached: int | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that shows an error."""

    text: str


@dataclass(frozen=True, slots=True)
class Serial:
    """A date kept as the number of a day, and whether the cell shows its day or its month alone."""

    day: date
    shows: str = "day"


Cell = str | int | float | bool | Formula | Wrong | Serial | None


@dataclass(slots=True)
class Sheet:
    """One sheet as it is written: rows of cells from A1 on, merged ranges, what is hidden, its false extent."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    extent: str = ""

    def merge(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Merge a range of rows and columns, both from 1."""
        if first != last:
            self.merged.append(f"{letters(first[1])}{first[0]}:{letters(last[1])}{last[0]}")


def write_xlsx(path: Path, sheets: list[Sheet], epoch: int = 1900) -> Path:
    """Write a workbook and return its path."""
    strings: dict[str, int] = {}
    parts = {f"xl/worksheets/sheet{n}.xml": _sheet(s, strings, epoch) for n, s in enumerate(sheets, 1)}
    parts = {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _links([("officeDocument", "xl/workbook.xml")]),
    } | {
        "xl/workbook.xml": _workbook(sheets, epoch),
        "xl/_rels/workbook.xml.rels": _links(
            [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
            + [("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")]
        ),
        "xl/styles.xml": _styles(),
        "xl/sharedStrings.xml": _strings(strings),
        **parts,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            about = zipfile.ZipInfo(name, MADE)
            about.create_system = 3
            archive.writestr(about, HEAD + text)
    return path


def letters(column: int) -> str:
    """Write a column number as a spreadsheet does."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _sheet(sheet: Sheet, strings: dict[str, int], epoch: int) -> str:
    rows = "".join(_row(number, sheet, strings, epoch) for number in range(1, len(sheet.rows) + 1))
    columns = "".join(f'<col min="{c}" max="{c}" width="12" hidden="1"/>' for c in sorted(sheet.hidden_columns))
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in sheet.merged)
    return (
        f'<worksheet xmlns="{MAIN}">'
        + (f'<dimension ref="{sheet.extent}"/>' if sheet.extent else "")
        + (f"<cols>{columns}</cols>" if columns else "")
        + f"<sheetData>{rows}</sheetData>"
        + (f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else "")
        + "</worksheet>"
    )


def _row(number: int, sheet: Sheet, strings: dict[str, int], epoch: int) -> str:
    cells = "".join(_cells(number, sheet.rows[number - 1], strings, epoch))
    hidden = ' hidden="1"' if number in sheet.hidden_rows else ""
    return f'<row r="{number}"{hidden}>{cells}</row>' if cells or hidden else ""


def _cells(row: int, cells: Iterable[Cell], strings: dict[str, int], epoch: int) -> Iterator[str]:
    for column, value in enumerate(cells, 1):
        at = f'<c r="{letters(column)}{row}"'
        if isinstance(value, str):
            yield f'{at} t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'
        elif isinstance(value, bool):
            yield f'{at} t="b"><v>{int(value)}</v></c>'
        elif isinstance(value, int | float):
            yield f"{at}><v>{value!r}</v></c>"
        elif isinstance(value, Formula):
            cached = "" if value.cached is None else f"<v>{value.cached}</v>"
            yield f"{at}><f>{escape(value.text)}</f>{cached}</c>"
        elif isinstance(value, Wrong):
            yield f'{at} t="e"><v>{escape(value.text)}</v></c>'
        elif isinstance(value, Serial):
            days = (value.day - FIRST_DAYS[epoch]).days
            yield f'{at} s="{STYLES[value.shows]}"><v>{days}</v></c>'


def _workbook(sheets: list[Sheet], epoch: int) -> str:
    state = {True: ' state="hidden"', False: ""}
    listed = "".join(
        f'<sheet name={quoteattr(s.name)} sheetId="{n}"{state[s.hidden]} r:id="rId{n}"/>'
        for n, s in enumerate(sheets, 1)
    )
    begun = '<workbookPr date1904="1"/>' if epoch == 1904 else "<workbookPr/>"
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{begun}<sheets>{listed}</sheets></workbook>'


def _styles() -> str:
    font = '<fonts count="1"><font><sz val="11"/><name val="SimSun"/></font></fonts>'
    fills = '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    fills += '<fill><patternFill patternType="gray125"/></fill></fills>'
    border = '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    shared = 'fontId="0" fillId="0" borderId="0"'
    month = '<numFmts count="1"><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>'
    formats = "".join(f'<xf numFmtId="{n}" {shared} xfId="0" applyNumberFormat="1"/>' for n in (0, 14, 176))
    return (
        f'<styleSheet xmlns="{MAIN}">{month}{font}{fills}{border}'
        f'<cellStyleXfs count="1"><xf numFmtId="0" {shared}/></cellStyleXfs>'
        f'<cellXfs count="3">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _strings(strings: dict[str, int]) -> str:
    listed = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    return f'<sst xmlns="{MAIN}" uniqueCount="{len(strings)}">{listed}</sst>'


def _types(sheets: int) -> str:
    parts = {"workbook": "sheet.main", "sharedStrings": "sharedStrings", "styles": "styles"}
    parts |= {f"worksheets/sheet{n}": "worksheet" for n in range(1, sheets + 1)}
    listed = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{SHEET_TYPE}{kind}+xml"/>' for name, kind in parts.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def _links(targets: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'
