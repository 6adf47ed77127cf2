"""One sheet may hold several tables, side by side or one below another: each becomes a sheet of its own."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

from graphkit.loaders.tables.forms import as_form
from graphkit.loaders.tables.guess import guess
from graphkit.loaders.tables.header import Header, find_header, header_text, is_group, repeats, vocabulary
from graphkit.loaders.tables.kinds import kind_of
from graphkit.loaders.tables.sheet import Sheet

LOOKED_THROUGH = 5_000  # rows of a sheet in which another table is looked for


def blocks(sheet: Sheet) -> list[Sheet]:
    """Return the tables of a sheet, in reading order; a sheet of one table is returned as it is."""
    if not sheet.rows:
        return [sheet]
    if form := as_form(sheet):
        return [form]
    return [side for part in _one_below_another(sheet) for side in _side_by_side(part)]


def _one_below_another(sheet: Sheet) -> list[Sheet]:
    header = find_header(sheet)
    if header is None:
        return [sheet]
    starts = list(_starts(sheet, header))
    if not starts:
        return [sheet]
    edges = [next(iter(sheet.rows)), *starts, next(reversed(sheet.rows)) + 1]
    return [
        replace(sheet, rows={row: cells for row, cells in sheet.rows.items() if first <= row < last})
        for first, last in itertools.pairwise(edges)
    ]


def _starts(sheet: Sheet, header: Header) -> Iterator[int]:
    """Find the rows that begin another table: a header that is not the first one again, with the titles over it."""
    numbers = list(itertools.islice((row for row in sheet.rows if row > header.last), LOOKED_THROUGH))
    known = vocabulary().field
    for at, row in enumerate(numbers):
        cells = sheet.rows[row]
        if not _is_header(sheet, row) or repeats(header, cells.items()):
            continue
        first = row
        for above in reversed(numbers[:at]):
            if len(set(map(str, sheet.rows[above].values()))) > 1 and not is_group(sheet, above, first, known):
                break
            if first - above > 3 or (len(sheet.rows[above]) and _is_number(sheet, above)):
                break
            first = above
        yield first
        header = find_header(replace(sheet, rows={row: cells})) or header


def _is_number(sheet: Sheet, row: int) -> bool:
    return any(isinstance(value, int | float) for value in sheet.rows[row].values())


def _is_header(sheet: Sheet, row: int) -> bool:
    """Say whether a row names columns: nearly all of its cells are headers, and one says whom the table is about."""
    cells = sheet.rows[row]
    if len(cells) < 2 or not all(isinstance(value, str) and _may_head(value) for value in cells.values()):
        return False
    words = vocabulary()
    texts = [header_text(value) for value in cells.values()]
    named = [words.field(text) for text in texts]
    found = {name for name in named if name}
    known = sum(bool(name) or words.ignores(text) for name, text in zip(named, texts, strict=True))
    return len(set(texts)) == len(texts) and len(found) > 1 and 5 * known >= 3 * len(texts) and bool(kind_of(found))


def _may_head(text: str) -> bool:
    """Rule out nearly all cells of data at once: codes, telephones, dates, long texts."""
    return len(text) <= 30 and sum(map(str.isdigit, text)) < 4


def _side_by_side(sheet: Sheet) -> list[Sheet]:
    header = find_header(sheet)
    if header is None:
        return [sheet]
    columns = list(header.parts)
    cuts = _repetitions(header, columns) or _gaps(sheet, header, columns)
    if not cuts:
        return [sheet]
    edges = [columns[0], *cuts, columns[-1] + 1]
    parts = [_columns(sheet, header, first, last) for first, last in itertools.pairwise(edges)]
    stands = [(found := find_header(part)) is not None and guess(part, found) is not None for part in parts]
    return parts if all(stands) else [sheet]


def _columns(sheet: Sheet, header: Header, first: int, last: int) -> Sheet:
    """Cut a range of columns; the titles over the tables stay with each of them."""
    rows = {
        row: cells if row < header.first else {c: value for c, value in cells.items() if first <= c < last}
        for row, cells in sheet.rows.items()
    }
    return replace(sheet, rows={row: cells for row, cells in rows.items() if cells})


def _repetitions(header: Header, columns: list[int]) -> list[int]:
    """Find where a header begins anew: 序号 企业名称 女职工数 序号 企业名称 女职工数."""
    texts = [header.parts[column] for column in columns]
    width = next((n for n in range(2, len(texts) // 2 + 1) if texts[n] == texts[0]), 0)
    if not width or len(texts) % width or texts != texts[:width] * (len(texts) // width):
        return []
    return [columns[at] for at in range(width, len(texts), width)]


def _gaps(sheet: Sheet, header: Header, columns: list[int]) -> list[int]:
    """Find the columns behind an empty one: nothing stands in it, neither in the header nor below."""
    held = {column for row, cells in sheet.rows.items() if row >= header.first for column in cells}
    return [
        column
        for before, column in itertools.pairwise(columns)
        if not held & set(range(before + 1, column)) and column - before > 1
    ]
