"""An .ods workbook is looked at before it is read: a few bytes may claim more cells than any memory holds."""

import zipfile
from pathlib import Path
from typing import Any
from xml.parsers import expat

from graphkit.loaders.tables.sheet import too_large, unreadable

MOST_CELLS = 50_000_000
HINT = "Open it in a spreadsheet program and save it as .xlsx."


class _Extent:
    """How far the cells of one table that hold anything reach, with repeated rows and columns."""

    def __init__(self) -> None:
        self.row = self.column = self.repeat = 0
        self.rows = self.columns = self.total = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "table":
            self.row = self.rows = self.columns = 0
        elif kind == "table-row":
            self.row += self.repeat
            self.repeat, self.column = _count(attributes, "rows"), 0
        elif kind in ("table-cell", "covered-table-cell"):
            self.column += _count(attributes, "columns")
            if any(key.endswith((":value-type", ":formula")) for key in attributes):
                self.rows, self.columns = self.row + self.repeat, max(self.columns, self.column)
                self.total = max(self.total, self.rows * self.columns)


def _count(attributes: dict[str, str], what: str) -> int:
    told = next((value for key, value in attributes.items() if key.endswith(f":number-{what}-repeated")), "1")
    return int(told) if told.isdecimal() and len(told) < 10 else 1


def check_ods(path: Path, archive: zipfile.ZipFile) -> None:
    """Raise DataError for a table with entities, broken XML, or more cells than can be held."""
    parser, extent = expat.ParserCreate(), _Extent()

    def refuse(*_: Any) -> None:
        raise unreadable(path.name, "defines entities, which no workbook needs", HINT)

    parser.StartElementHandler = extent.start
    parser.StartDoctypeDeclHandler = refuse
    name = next(name for name in archive.namelist() if name.casefold() == "content.xml")
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(1 << 18):
                parser.Parse(chunk, False)
                if extent.total > MOST_CELLS:
                    raise too_large(path.name, f"a sheet reaches over {extent.total} cells")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise unreadable(path.name, f"holds XML that cannot be read ({error})", HINT) from error
