"""A text table (CSV, TSV, JSON lines) becomes a sheet; the encoding is found and named."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from graphkit.loaders.tables.sheet import LONGEST_CELL, Sheet, Workbook, unreadable

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
NAMES = {"utf-8-sig": "UTF-8 with BOM", "utf-8": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}
SEPARATORS = "\t,;，|"


def read_text_sheet(path: Path, *, encoding: str | None = None) -> Workbook:
    """Read CSV, TSV or JSON lines; raise DataError for bytes that are no text, quotes that do not close, bad JSON."""
    text, name, warnings = decoded(path, encoding)
    if text.lstrip().startswith("{"):
        return Workbook(path.name, "jsonl", [_json_lines(path, text)], name, warnings)
    sheet, separator = Sheet(path.name, path.stem, lines=True), _separator(text)
    form = "tsv" if separator == "\t" else "csv"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line, limit = 1, csv.field_size_limit(LONGEST_CELL)
    try:
        for cells in reader:
            for column, cell in enumerate(cells, 1):
                sheet.put(line, column, cell)
            line = reader.line_num + 1
    except csv.Error as error:
        raise unreadable(path.name, f"is no CSV at line {line}: {error}", "Correct the quotes there.") from error
    finally:
        csv.field_size_limit(limit)
    return Workbook(path.name, form, [sheet], name, warnings)


def decoded(path: Path, encoding: str | None) -> tuple[str, str, list[str]]:
    """Return the text, the encoding's name and warnings: strict UTF-8, then strict GB18030, then a guess.

    UTF-8 comes first, for many UTF-8 texts are valid GB18030 too, and nothing would tell the one from the other.
    """
    raw = path.read_bytes()
    if encoding:
        try:
            return raw.decode(encoding), encoding, []
        except (UnicodeDecodeError, LookupError) as error:
            what = f"is not {encoding} ({str(error)[:60]})"
            raise unreadable(path.name, what, "Leave --encoding out, or name another.") from error
    marked = next((name for mark, name in MARKS if raw.startswith(mark)), None)
    for name in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            return raw.decode(name), NAMES[name], []
        except UnicodeDecodeError:
            continue
    return _guessed(path, raw)


def _guessed(path: Path, raw: bytes) -> tuple[str, str, list[str]]:
    if b"\x00" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unreadable(path.name, "is no table: it holds binary data", "Name a workbook, CSV, Parquet or JSON lines.")
    import charset_normalizer

    best = charset_normalizer.from_bytes(raw[: 1 << 20]).best()
    name = best.encoding if best else "latin-1"
    try:
        text = raw.decode(name)
    except (UnicodeDecodeError, LookupError) as error:
        hint = "Name its encoding with --encoding."
        raise unreadable(path.name, "is neither UTF-8 nor GB18030", hint) from error
    return text, name, [f"{path.name}: neither UTF-8 nor GB18030; read as {name}, which is a guess"]


def _separator(text: str) -> str:
    """Choose what splits most of the first lines into the same number of cells."""
    head = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    counts = {mark: sorted(line.count(mark) for line in head) for mark in SEPARATORS}
    usual = {mark: found[len(found) // 2] if found else 0 for mark, found in counts.items()}
    best = max(SEPARATORS, key=lambda mark: (usual[mark], counts[mark][-1] if head else 0))
    # A full-width comma separates only what no other sign does: it is a sign of names and notes.
    others = [mark for mark in SEPARATORS if mark not in "，|" and usual[mark]]
    return max(others, key=lambda mark: usual[mark]) if others else best if any(counts[best]) else ","


def _json_lines(path: Path, text: str) -> Sheet:
    rows: list[tuple[int, dict[str, Any]]] = []
    header: dict[str, None] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise unreadable(path.name, f"is no JSON at line {number}", "Write one object per line.") from error
        if not isinstance(record, dict):
            raise unreadable(path.name, f"holds no object at line {number}", "Write one object per line.")
        header |= dict.fromkeys(record)
        rows.append((number, record))
    sheet = Sheet(path.name, path.stem, lines=True)
    records(sheet, list(header), rows)
    return sheet


def records(sheet: Sheet, header: list[str], rows: list[tuple[int, dict[str, Any]]]) -> None:
    """Put records under a header in row 0, so that each keeps the number of its line."""
    for column, name in enumerate(header, 1):
        sheet.put(0, column, name)
    columns = {name: column for column, name in enumerate(header, 1)}
    for number, record in rows:
        for name, value in record.items():
            if isinstance(value, dict):
                value = json.dumps(value, ensure_ascii=False, default=str)
            sheet.put(number, columns[name], "、".join(map(str, value)) if isinstance(value, list) else value)
