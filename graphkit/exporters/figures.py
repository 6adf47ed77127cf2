"""Pictures of a report as numbers for an SVG template: where each rectangle and each word stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.exporters.blocks import Curve, Drawn, HeatMap, Point, Shares, Stairs

WIDTH = 760
ROW, STRIP = 34, 6
LEFT, TOP, BOTTOM, TALL = 48, 12, 30, 240  # the frame of a curve
STAIR = 30
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
class Stroke:
    """A line or an area with a class (`under`, `between`, `low`, `high`, `aim`, `grid`) and its SVG path."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture laid out: areas and lines below, then rectangles, then words."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    words: tuple[Word, ...]
    strokes: tuple[Stroke, ...] = ()


def width_of(text: str) -> float:
    """Guess a text's width in pixels: a Han character is as wide as it is high."""
    return sum(FONT_SIZE if ord(char) > 0x2E7F else FONT_SIZE * 0.58 for char in text)


def laid_out(drawn: Drawn) -> Picture:
    """Place what a picture is made of."""
    if isinstance(drawn, HeatMap):
        return _heat_map(drawn)
    return _curve(drawn) if isinstance(drawn, Curve) else _stairs(drawn)


def _heat_map(heat_map: HeatMap) -> Picture:
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


# An interval over time


def _curve(curve: Curve) -> Picture:
    """Place the two ends of the interval as lines over time: below is covered, between is not known, above is gap."""
    across = _Across(curve.points)
    known = [(across.x(point), point.low, point.high) for point in curve.points if point.low is not None]
    lows = [(x, _y(low)) for x, low, _ in known]
    highs = [(x, _y(high)) for x, _, high in known]
    floor = [(x, _y(0.0)) for x, _ in lows]
    aims = [(across.x(point), _y(point.aim)) for point in curve.points if point.aim is not None]
    grid = "".join(f"M{LEFT} {_y(part)}H{WIDTH - 12}" for part in GRID)
    strokes = [Stroke("grid", grid)]
    if len(lows) > 1:
        strokes += [Stroke("under", _line([*lows, *floor[::-1]], closed=True))]
        strokes += [Stroke("between", _line([*lows, *highs[::-1]], closed=True))]
        strokes += [Stroke("high", _line(highs)), Stroke("low", _line(lows))]
    strokes += [Stroke("aim", _line(aims))] if len(aims) > 1 else []
    strokes += [Stroke(kind, "".join(map(_dot, ends))) for kind, ends in (("end-high", highs), ("end-low", lows))]
    words = [Word(f"{round(100 * part)} %", LEFT - 8, _y(part) + 4, "end") for part in GRID]
    return Picture(WIDTH, TOP + TALL + BOTTOM, (), (*words, *across.words()), tuple(strokes))


GRID = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class _Across:
    """Where the dates of a curve stand from left to right."""

    points: tuple[Point, ...]

    def x(self, point: Point) -> float:
        days = [one.day for one in self.points]
        first, last = min(days), max(days)
        share = (point.day - first) / (last - first) if last > first else 0.5
        return round(LEFT + 10 + share * (WIDTH - LEFT - 44), 1)

    def words(self) -> Iterator[Word]:
        """Write below as many dates as there is room for, the first and the last in any case."""
        taken = self.x(self.points[-1]) if self.points else 0.0
        free = 0.0
        for number, point in enumerate(self.points):
            x, half = self.x(point), width_of(point.date) / 2 + 5
            last = number == len(self.points) - 1
            if last or (x - half >= free and (x + half <= taken - half or not number)):
                free = x + half
                yield Word(point.date, min(x, WIDTH - half), TOP + TALL + 20, "middle")


def _y(share: float | None) -> float:
    return round(TOP + TALL * (1 - (share or 0.0)), 1)


def _line(places: list[tuple[float, float]], *, closed: bool = False) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in places) + ("Z" if closed else "")


def _dot(place: tuple[float, float]) -> str:
    x, y = place
    return f"M{round(x - 3.2, 1)} {y}a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0Z"


# Stage after stage


def _stairs(stairs: Stairs) -> Picture:
    """Place a bar for each stage, as long as its number; its three parts one after the other."""
    left = min(max((width_of(label) for label, _ in stairs.steps), default=40) + 16, 260)
    most = max((shares.units for _, shares in stairs.steps), default=0)
    room = WIDTH - left - 150
    marks: list[Mark] = []
    words: list[Word] = []
    for number, (label, shares) in enumerate(stairs.steps):
        y, x = number * STAIR, left
        words.append(Word(_short(label, left - 14), left - 10, y + STAIR / 2 + 4, "end"))
        for kind, count in (("covered", shares.covered), ("unknown", shares.unknown), ("gap", shares.gap)):
            width = room * count / most if most else 0.0
            if count:
                marks.append(Mark(kind, round(x, 2), y + 5, round(width, 2), STAIR - 10))
            x += width
        told = f"{shares.covered} / {shares.unknown} / {shares.gap}"
        words.append(Word(told, round(x + 10, 1), y + STAIR / 2 + 4, "start"))
    return Picture(WIDTH, STAIR * len(stairs.steps) + 2, tuple(marks), tuple(words))
