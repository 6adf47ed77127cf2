"""The stream of the workbook out of the little file system (a compound file) that an old .xls is."""

import struct
from collections.abc import Callable

_FREE = 0xFFFFFFFA
_ENTRY, _MINI = 128, 64
NAMES = ("Workbook", "Book")


def workbook_stream(raw: bytes) -> bytes | None:
    """Return the workbook's stream, None if there is none, as in a file that is encrypted.

    Raises struct.error, IndexError or ValueError for what is no compound file.
    """
    shift = struct.unpack_from("<H", raw, 30)[0]
    if shift not in (9, 12):
        raise ValueError("sectors of no known size")
    sector = 1 << shift
    first_directory, cutoff, first_mini = (struct.unpack_from("<I", raw, at)[0] for at in (48, 56, 60))

    def read(number: int) -> bytes:
        return raw[(number + 1) * sector : (number + 2) * sector]

    links = _links(raw, sector, read)
    directory = _chained(first_directory, links, read)
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
    named = {entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)]: entry for entry in entries}
    found = next((named[key] for name in NAMES if (key := name.encode("utf-16-le")) in named), None)
    if found is None:
        return None
    first, size = struct.unpack_from("<II", found, 116)
    if size >= cutoff:
        return _chained(first, links, read)[:size]
    small = _chained(struct.unpack_from("<I", entries[0], 116)[0], links, read)
    table = _chained(first_mini, links, read)
    return _chained(first, _numbers(table), lambda number: small[number * _MINI : (number + 1) * _MINI])[:size]


def _links(raw: bytes, sector: int, read: Callable[[int], bytes]) -> tuple[int, ...]:
    """Return for each sector the one that follows it."""
    following, tables = struct.unpack_from("<II", raw, 68)
    listed, most = list(struct.unpack_from("<109I", raw, 76)), len(raw) // sector
    for _ in range(min(tables, most)):
        numbers = _numbers(read(following))
        listed, following = listed + list(numbers[:-1]), numbers[-1]
    return _numbers(b"".join(read(number) for number in listed[:most] if number < _FREE))


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _chained(number: int, links: tuple[int, ...], read: Callable[[int], bytes]) -> bytes:
    """Join the sectors of one chain; one that turns in a circle is cut."""
    parts: list[bytes] = []
    while number < len(links) and len(parts) <= len(links):
        parts.append(read(number))
        number = links[number]
    return b"".join(parts)
