"""Which tables of a workbook are read, by which mapping: told for the sheet, or guessed; the others are idle."""

from dataclasses import dataclass, field

from graphkit.errors import DataError
from graphkit.loaders.report import Finding
from graphkit.loaders.tables.blocks import blocks
from graphkit.loaders.tables.context import Context, context_of
from graphkit.loaders.tables.entries import Read, read_entries
from graphkit.loaders.tables.guess import Guess, guess
from graphkit.loaders.tables.header import Header, find_header, vocabulary
from graphkit.loaders.tables.kinds import AMOUNTS
from graphkit.loaders.tables.mapping import Mapping, SheetMapping, applied
from graphkit.loaders.tables.sheet import Sheet, Workbook
from graphkit.loaders.wording import CONSTANTS, NOT_USED, Note
from graphkit.names import fold
from graphkit.schema import Schema


@dataclass(slots=True)
class Recognised:
    """What was found in a workbook: tables read, sheets of which nothing is read, columns not used, what to say."""

    reads: list[Read] = field(default_factory=list)
    idle: list[Sheet] = field(default_factory=list)
    ignored: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_sheets(book: Workbook, schema: Schema, told: Mapping | None, *, strict: bool) -> Recognised:
    """Read every table that a mapping names, or that is recognised."""
    found = Recognised()
    filled = sum(bool(sheet.rows) for sheet in book.sheets)
    for sheet in book.sheets:
        if sheet.hidden:
            found.notes.append(Note("hidden-sheet", file=sheet.file, sheet=sheet.name))
        parts = blocks(sheet)
        mapped = _assigned(told, sheet, parts, filled) if sheet.rows else {}
        if len(mapped) == 1 and len(parts) > 1 and not _fits(next(iter(mapped.values())), parts[next(iter(mapped))]):
            parts, mapped = [sheet], {0: next(iter(mapped.values()))}
        for at, part in enumerate(parts):
            _read_part(found, part, schema, (told, mapped.get(at)), strict=strict)
    absent = [] if told is None else [m for m in told.sheets if not any(read.told is m for read in found.reads)]
    if absent:
        names = "、".join(sheet.name for sheet in book.sheets)
        message = f"{book.file}: the mapping names the sheet {absent[0].sheet!r}, which is not there"
        hint = f"Sheets are {names}. Correct the mapping."
        raise DataError(message, code="changed-sheet", hint=hint, source=book.file, place=None, value=absent[0].sheet)
    return found


def _fits(told: SheetMapping, part: Sheet) -> bool:
    header = find_header(part)
    return header is not None and set(told.columns) <= set(header.texts.values())


def _assigned(told: Mapping | None, sheet: Sheet, parts: list[Sheet], sheets: int) -> dict[int, SheetMapping]:
    """Give each mapping of a sheet the table that it fits best; the only mapping fits a renamed sheet, if alone."""
    if told is None:
        return {}
    named = [mapped for mapped in told.sheets if mapped.sheet == sheet.name]
    if not named and sheets == 1 and len(told.sheets) == 1:
        named = [*told.sheets]
    found: dict[int, SheetMapping] = {}
    headers = [find_header(part) for part in parts]
    for mapped in named:
        free = [at for at in range(len(parts)) if at not in found]
        if free:
            found[max(free, key=lambda at: _overlap(mapped, headers[at]))] = mapped
    return found


def _overlap(mapped: SheetMapping, header: Header | None) -> int:
    return len(mapped.columns.keys() & set(header.texts.values())) if header else -1


def _read_part(
    found: Recognised, part: Sheet, schema: Schema, told: tuple[Mapping | None, SheetMapping | None], *, strict: bool
) -> None:
    whole, mapped = told
    header = find_header(part) if part.rows else None
    context = context_of(part, header) if header else Context()
    guessed = guess(part, header, context) if header and not mapped else None
    mapping = mapped or (guessed.told if guessed else None)
    if mapping is None:
        found.idle.append(part)
        return
    where = applied(mapping, part)
    if mapped:
        found.notes += _new_columns(part, mapped, where)
    elif whole:
        found.notes.append(Note("sheet-not-mapped", file=part.file, sheet=part.name))
    if guessed:
        found.notes += _told_by_title(part, guessed)
    read = Read(part, mapping, strict=strict)
    read_entries(read, schema, where, unit=context.unit)
    found.reads.append(read)
    found.ignored += _not_used(part, where)
    found.notes += [*read.notes, *_missing(read)]


def _not_used(part: Sheet, where: tuple[Header, dict[int, str]]) -> list[Finding]:
    """List the columns of which nothing is read, by sheet and place; 序号 and 备注 are known to say nothing."""
    words, rows = vocabulary(), part.rows
    header, fields = where
    return [
        Finding(part.file, part.name, header.first, NOT_USED, text, "", part.place(header.first, column))
        for column, text in header.texts.items()
        if column not in fields
        and not words.ignores(text)
        and any(column in cells for row, cells in rows.items() if row > header.last)
    ]


def _new_columns(part: Sheet, mapped: SheetMapping, where: tuple[Header, dict[int, str]]) -> list[str]:
    header, fields = where
    known = {fold(text) for text in mapped.ignore}
    new = [text for column, text in header.texts.items() if column not in fields and fold(text) not in known]
    return [Note("new-columns", file=part.file, sheet=part.name, columns="、".join(new))] if new else []


def _told_by_title(part: Sheet, guessed: Guess) -> list[str]:
    at = {"file": part.file, "sheet": part.name}
    twice: list[str] = [Note("same-field", **at, read=first, other=other) for first, other in guessed.twice]
    said = [Note("from-title", **at, field=name, value=value, where=where) for name, value, where in guessed.said]
    return twice + said


def _missing(read: Read) -> list[str]:
    """Say what a list of loans lacks, and how a column that is not there can be told."""
    told = {*read.told.columns.values(), *read.told.constants}
    if read.told.kind != "loans" or "bank.name" in told or not told & {*AMOUNTS}:
        return []
    return [Note("no-bank", file=read.sheet.file, sheet=read.sheet.name, constants=CONSTANTS)]
