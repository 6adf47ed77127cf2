"""An .xls workbook written record by record (BIFF8 within a compound file), for no library that writes them is kept."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECTOR, END, FREE = 512, 0xFFFFFFFE, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula; `value` is what a program computed and kept, None if nobody ever did."""

    value: float | str | None = None


@dataclass(frozen=True, slots=True)
class Error:
    """A cell that holds an error, by its code: 7 is #DIV/0!, 42 is #N/A."""

    code: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A number under a format."""

    value: float
    code: str


Cell = str | float | Formula | Error | Shown | None
Rows = Any  # rows of such cells


@dataclass(frozen=True, slots=True)
class Old:
    """What an old workbook says beside its cells."""

    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    epoch: int = 1900
    computed: bool = False


def old_workbook(path: Path, rows: Rows, told: Old | None = None) -> Path:
    """Write an .xls of one sheet called 台账."""
    path.write_bytes(_compound(_stream(rows, told or Old())))
    return path


def _record(kind: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack("<HH", kind, len(data)) + data


def _text(text: str, size: str = "H") -> bytes:
    return struct.pack(f"<{size}B", len(text.encode("utf-16-le")) // 2, 1) + text.encode("utf-16-le")


def _stream(rows: Sequence[Sequence[Cell]], told: Old) -> bytes:
    codes = list(dict.fromkeys(cell.code for row in rows for cell in row if isinstance(cell, Shown)))
    begin = [_record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6)), _record(0x42, struct.pack("<H", 1200))]
    begin.append(_record(0x22, struct.pack("<H", told.epoch == 1904)))
    begin += [_record(0x41E, struct.pack("<H", 164 + at), _text(code)) for at, code in enumerate(codes)]
    styles = [0, *(164 + at for at in range(len(codes)))]
    begin += [_record(0xE0, struct.pack("<HHHHHHII", 0, style, 1, 0, 0, 0, 0, 0)) for style in styles]
    begin += [_record(0x1C1, struct.pack("<II", 0x1C1, 0x1EA5D))] if told.computed else []
    name = _text("台账", "B")
    size = sum(map(len, begin)) + 10 + len(name) + 4
    sheet = _record(0x85, struct.pack("<IBB", size, 0, 0), name)
    return b"".join([*begin, sheet, _record(0x0A), *_sheet(rows, told, codes)])


def _sheet(rows: Sequence[Sequence[Cell]], told: Old, codes: list[str]) -> Iterable[bytes]:
    width = max(map(len, rows))
    yield _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6))
    for column in told.hidden_columns:
        yield _record(0x7D, struct.pack("<HHHHHH", column - 1, column - 1, 2048, 0, 1, 0))
    yield _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row in range(len(rows)):
        flags = 0x120 if row + 1 in told.hidden_rows else 0x100
        yield _record(0x208, struct.pack("<HHHHHHHH", row, 0, width, 255, 0, 0, flags, 15))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            yield from _cell(row, column, cell, codes)
    if told.merged:
        ranges = [(a - 1, c - 1, b - 1, d - 1) for a, b, c, d in told.merged]
        yield _record(0xE5, struct.pack("<H", len(ranges)), *(struct.pack("<HHHH", *found) for found in ranges))
    yield _record(0x0A)


def _cell(row: int, column: int, cell: Cell, codes: list[str]) -> Iterable[bytes]:
    at = struct.pack("<HH", row, column)
    if isinstance(cell, str):
        yield _record(0x204, at, struct.pack("<H", 0), _text(cell))
    elif isinstance(cell, Shown):
        yield _record(0x203, at, struct.pack("<Hd", 1 + codes.index(cell.code), cell.value))
    elif isinstance(cell, Error):
        yield _record(0x205, at, struct.pack("<HBB", 0, cell.code, 1))
    elif isinstance(cell, Formula):
        rest = struct.pack("<HIHHH", 0, 0, 3, 0x1E, 20)  # the formula itself is =20
        kept = struct.pack("<d", cell.value or 0) if not isinstance(cell.value, str) else bytes(6) + b"\xff\xff"
        yield _record(0x06, at, struct.pack("<H", 0), kept, rest)
        if isinstance(cell.value, str) and cell.value:
            yield _record(0x207, _text(cell.value))
    elif cell is not None:
        yield _record(0x203, at, struct.pack("<Hd", 0, cell))


def _compound(stream: bytes) -> bytes:
    """Put a stream into a compound file: a header, one table of sectors, one directory."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % SECTOR)
    count = len(stream) // SECTOR
    links = [0xFFFFFFFD, END, *range(3, count + 2), END]
    assert len(links) <= SECTOR // 4, "one table of sectors has to do"
    table = struct.pack(f"<{SECTOR // 4}I", *links, *[FREE] * (SECTOR // 4 - len(links)))
    root = _entry("Root Entry", 5, (FREE, 1), (END, 0))
    directory = root + _entry("Workbook", 2, (FREE, FREE), (2, len(stream))) + bytes(2 * 128)
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(10) + struct.pack("<IIIIIIII", 1, 1, 0, 4096, END, 0, END, 0)
    return header + struct.pack("<109I", 0, *[FREE] * 108) + table + directory + stream


def _entry(name: str, kind: int, beside: tuple[int, int], where: tuple[int, int]) -> bytes:
    text = name.encode("utf-16-le")
    head = text + bytes(64 - len(text)) + struct.pack("<HBB", len(text) + 2, kind, 1)
    return head + struct.pack("<III", FREE, *beside) + bytes(36) + struct.pack("<III", *where, 0)
