"""Pictures of a report as numbers for an SVG template: where each rectangle and each word stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.exporters.blocks import HeatMap, Shares

WIDTH = 760
ROW, STRIP = 34, 6
FONT_SIZE = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle with a class (`covered`, `unknown`, `gap`, `cell`) and, for cells, how dark it is."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Word:
    """A text at a point; `turned` words stand on end."""

    text: str
    x: float
    y: float
    anchor: str
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A heat map laid out."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    words: tuple[Word, ...]


def width_of(text: str) -> float:
    """Guess a text's width in pixels: a Han character is as wide as it is high."""
    return sum(FONT_SIZE if ord(char) > 0x2E7F else FONT_SIZE * 0.58 for char in text)


def laid_out(heat_map: HeatMap) -> Picture:
    """Place the cells, the names beside them and above them; names that are too long for a column are turned."""
    left = min(max(map(width_of, heat_map.rows), default=40) + 14, 240)
    column = min(max((WIDTH - left) / max(len(heat_map.columns), 1), 40), 150)
    longest = max(map(width_of, heat_map.columns), default=0)
    turned = longest > column - 6
    top = min(longest * 0.75 + 26, 170) if turned else 26
    # The last turned name leans out of its column.
    width = left + column * len(heat_map.columns) + (longest * 0.7 if turned else 4)
    words = [
        Word(_short(name, left - 12), left - 8, top + ROW * (i + 0.5) + 4, "end") for i, name in _each(heat_map.rows)
    ]
    words += [
        Word(
            _short(name, 220 if turned else column),
            left + column * (i + 0.5),
            top - 9,
            "start" if turned else "middle",
            turned,
        )
        for i, name in _each(heat_map.columns)
    ]
    marks: list[Mark] = []
    for row, line in enumerate(heat_map.cells):
        for number, shares in enumerate(line):
            if shares is not None and shares.units:
                x, y = left + column * number, top + ROW * row
                marks += _cell(shares, x + 2, y + 2, column - 4)
                words.append(Word(f"{shares.covered}/{shares.units}", x + column / 2, y + 18, "middle"))
    return Picture(round(width, 1), top + ROW * len(heat_map.rows) + 2, tuple(marks), tuple(words))


def _each(names: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    return iter(enumerate(names))


def _cell(shares: Shares, x: float, y: float, width: float) -> list[Mark]:
    height = ROW - 4
    marks = [Mark("cell", x, y, width, height, round(0.05 + 0.5 * shares.covered / shares.units, 3))]
    start = x
    for kind, share in zip(("covered", "unknown", "gap"), shares.widths, strict=True):
        if share:
            marks.append(Mark(kind, round(start, 2), y + height - STRIP, round(width * share / 100, 2), STRIP))
        start += width * share / 100
    return marks


def _short(text: str, room: float) -> str:
    """Cut a name to the room it has."""
    if width_of(text) <= room:
        return text
    kept = text
    while kept and width_of(kept) > room - FONT_SIZE:
        kept = kept[:-1]
    return f"{kept}…"
