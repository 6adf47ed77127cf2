"""An old .xls workbook (BIFF5 and BIFF8) becomes sheets, record by record, and its cells are held as they come.

Nothing that a record claims is made room for: a file of a few bytes may claim all cells that there are. Hidden rows,
number formats and formulas that were never computed stand in records of their own.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graphkit.loaders.tables.compound import workbook_stream
from graphkit.loaders.tables.formats import effect_of, number_value, whole
from graphkit.loaders.tables.sheet import MOST_COLUMNS, NOT_COMPUTED, Epoch, Place, Sheet, locked, unreadable

HINT = "Open it in a spreadsheet program and save it as .xlsx."
_BOF, _EOF, _BOUNDSHEET, _DATEMODE, _FORMAT, _XF, _RECALCID = 0x809, 0x0A, 0x85, 0x22, 0x41E, 0xE0, 0x1C1
_FILEPASS, _CODEPAGE, _SST, _CONTINUE, _MERGED, _COLINFO, _ROW = 0x2F, 0x42, 0xFC, 0x3C, 0xE5, 0x7D, 0x208
_NUMBER, _RK, _MULRK, _FORMULA, _STRING, _BOOLERR = 0x203, 0x27E, 0xBD, 0x06, 0x207, 0x205
_LABEL, _RICH, _SHARED = 0x204, 0xD6, 0xFD
_CELLS = frozenset((_NUMBER, _RK, _FORMULA, _BOOLERR, _LABEL, _RICH, _SHARED))
_CODEPAGES = {936: "gb18030", 10008: "gb18030", 950: "big5", 932: "cp932", 949: "cp949"}
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


@dataclass(slots=True)
class _Book:
    """What the sheets of one workbook share."""

    path: Path
    stream: bytes
    sheets: list[tuple[int, int, bytes]] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    epoch: Epoch = 1900
    computed: bool = False
    wide: bool = True  # BIFF8 writes Unicode, BIFF5 a code page
    codepage: str = "cp1252"

    def text(self, data: bytes, at: int, size: str = "H") -> str:
        """Read a text with its length before it."""
        length, begin = struct.unpack_from(f"<{size}", data, at)[0], at + struct.calcsize(size)
        if not self.wide:
            return data[begin : begin + length].decode(self.codepage, "replace")
        double = data[begin] & 1
        return _decoded(data[begin + 1 : begin + 1 + length * (1 + double)], double)


def read_xls(path: Path) -> list[Sheet]:
    """Read all sheets of an .xls file; raise DataError if it is encrypted or damaged."""
    try:
        stream = workbook_stream(path.read_bytes())
        if stream is None:
            raise locked(path.name)
        book, cells, found = _globals(path, stream), 0, []
        for at, state, name in dict((told[0], told) for told in book.sheets).values():
            sheet = Sheet(path.name, book.text(name, 0, "B"), hidden=state & 3 != 0, epoch=book.epoch, cells=cells)
            _Cells(book, sheet).read(at)
            cells = sheet.cells
            found.append(sheet)
        return found
    except (struct.error, IndexError, ValueError) as error:
        if path.suffix.lower() in (".xls", ".et"):
            raise unreadable(path.name, "is damaged, or encrypted", HINT) from error
        raise locked(path.name) from error


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of the stream, those of charts within it aside."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _globals(path: Path, stream: bytes) -> _Book:
    book, shared, before = _Book(path, stream), list[bytes](), 0
    for kind, data in _records(stream, 0):
        if kind == _FILEPASS:
            raise locked(path.name)
        if kind == _SST or (kind == _CONTINUE and before == _SST):
            shared.append(data)
        before = before if kind == _CONTINUE else kind
        _setting(book, kind, data)
    book.effects = [effect_of(str(number), book.codes.get(number)) for number in book.styles]
    book.strings = [text.strip() for text in _Shared(shared).texts()] if shared else []
    return book


def _setting(book: _Book, kind: int, data: bytes) -> None:
    if kind == _BOF:
        book.wide = struct.unpack_from("<H", data)[0] >= 0x600
    elif kind == _CODEPAGE:
        book.codepage = _CODEPAGES.get(struct.unpack_from("<H", data)[0], "cp1252")
    elif kind == _BOUNDSHEET and not data[5]:  # 0 is a sheet of cells, others are charts and macros
        book.sheets.append((struct.unpack_from("<I", data)[0], data[4], data[6:]))
    elif kind == _DATEMODE and data[0]:
        book.epoch = 1904
    elif kind == _FORMAT:
        book.codes[struct.unpack_from("<H", data)[0]] = book.text(data, 2, "H" if book.wide else "B")
    elif kind == _XF:
        book.styles.append(struct.unpack_from("<H", data, 2)[0])
    elif kind == _RECALCID:
        book.computed = True


class _Shared:
    """The texts that cells share; a text may go on in the next record, there with a width of its own."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts, self.part, self.at = parts, 0, 8

    def texts(self) -> Iterator[str]:
        for _ in range(struct.unpack_from("<I", self.parts[0], 4)[0]):
            if self.part >= len(self.parts) or (self.part == len(self.parts) - 1 and self._left() <= 0):
                return
            length, flags = struct.unpack("<HB", self._bytes(3))
            runs = struct.unpack("<H", self._bytes(2))[0] if flags & 8 else 0
            more = struct.unpack("<I", self._bytes(4))[0] if flags & 4 else 0
            yield self._text(length, flags & 1)
            self._skip(4 * runs + more)

    def _left(self) -> int:
        return len(self.parts[self.part]) - self.at

    def _next(self) -> None:
        self.part, self.at = self.part + 1, 0

    def _bytes(self, count: int) -> bytes:
        if self._left() <= 0:
            self._next()
        found = self.parts[self.part][self.at : self.at + count]
        self.at += count
        return found

    def _text(self, length: int, double: int) -> str:
        text = ""
        while True:
            size = min(length, self._left() // (1 + double))
            text += _decoded(self._bytes(size * (1 + double)), double) if size > 0 else ""
            length -= max(size, 0)
            if not length:
                return text
            self._next()
            double = self._bytes(1)[0] & 1

    def _skip(self, count: int) -> None:
        while count > (left := self._left()) and self.part + 1 < len(self.parts):
            count -= max(left, 0)
            self._next()
        self.at += count


def _decoded(data: bytes, double: int) -> str:
    return data.decode("utf-16-le", "replace") if double else data.decode("latin-1")


class _Cells:
    """The records of one sheet; a text that a formula gives stands in the record behind it."""

    def __init__(self, book: _Book, sheet: Sheet) -> None:
        self.book, self.sheet = book, sheet
        self.pending: Place | None = None

    def read(self, at: int) -> None:
        for kind, data in _records(self.book.stream, at):
            if kind == _STRING and self.pending:
                self.sheet.marks.pop(self.pending, None)
                self.sheet.put(*self.pending, self.book.text(data, 0))
            elif kind in _CELLS:
                self._cell(kind, data)
            elif kind == _MULRK:
                row, first = struct.unpack_from("<HH", data)
                for number in range((len(data) - 6) // 6):
                    style, packed = struct.unpack_from("<HI", data, 4 + 6 * number)
                    self._number((row + 1, first + 1 + number), style, _unpacked(packed))
            else:
                self._layout(kind, data)
        self.sheet.finish()

    def _layout(self, kind: int, data: bytes) -> None:
        if kind == _ROW and struct.unpack_from("<H", data, 12)[0] & 0x20:
            self.sheet.hidden_rows.add(struct.unpack_from("<H", data)[0] + 1)
        elif kind == _COLINFO and struct.unpack_from("<H", data, 8)[0] & 1:
            first, last = struct.unpack_from("<HH", data)
            self.sheet.hidden_columns.update(range(first + 1, min(last + 1, MOST_COLUMNS) + 1))
        elif kind == _MERGED:
            for number in range(min(struct.unpack_from("<H", data)[0], (len(data) - 2) // 8)):
                first_row, last_row, first, last = struct.unpack_from("<HHHH", data, 2 + 8 * number)
                self.sheet.merged.append((first_row + 1, first + 1, last_row + 1, last + 1))

    def _cell(self, kind: int, data: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", data)
        place, self.pending = (row + 1, column + 1), None
        if kind == _SHARED:
            number = struct.unpack_from("<I", data, 6)[0]
            self.sheet.put(*place, self.book.strings[number] if number < len(self.book.strings) else None)
        elif kind in (_LABEL, _RICH):
            self.sheet.put(*place, self.book.text(data, 6))
        elif kind == _RK:
            self._number(place, style, _unpacked(struct.unpack_from("<I", data, 6)[0]))
        elif kind == _NUMBER:
            self._number(place, style, struct.unpack_from("<d", data, 6)[0])
        elif kind == _BOOLERR:
            self._said(place, 2 if data[7] else 1, data[6])
        elif data[12:14] == b"\xff\xff":
            self._said(place, data[6], data[8])
        else:
            value = struct.unpack_from("<d", data, 6)[0]
            # A library writes 0; a spreadsheet program leaves in the book which of its engines has computed it.
            if value == 0 and not self.book.computed:
                self.sheet.mark(*place, NOT_COMPUTED)
            else:
                self._number(place, style, value)

    def _said(self, place: Place, kind: int, value: int) -> None:
        """Take what is no number: 0 a text still to come, 1 yes or no, 2 an error, 3 nothing."""
        if kind == 1:
            self.sheet.put(*place, bool(value))
        elif kind == 2:
            self.sheet.mark(*place, f"an error ({_ERRORS.get(value, '#?')})")
        elif kind == 0 or not self.book.computed:
            self.sheet.mark(*place, NOT_COMPUTED)
            self.pending = place if kind == 0 else None

    def _number(self, place: Place, style: int, value: float) -> None:
        effect = self.book.effects[style] if style < len(self.book.effects) else ""
        number = whole(value)
        self.sheet.put(*place, number_value(repr(number), effect, self.book.epoch) if effect else number)


def _unpacked(packed: int) -> float:
    """Read a number of 30 bits: a whole one or the head of another, a hundredth of it if so marked."""
    whole = (packed >> 2) - (1 << 30 if packed & 0x80000000 else 0)
    value = float(whole) if packed & 2 else float(struct.unpack("<d", struct.pack("<Q", (packed & ~3) << 32))[0])
    return value / 100 if packed & 1 else value
