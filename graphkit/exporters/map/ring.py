"""The ring: groups around an ellipse, the largest first, so that the sums between them can be read as chords.

More groups than can stand around a ring stand in rows.
"""

from itertools import pairwise
from math import ceil, cos, hypot, pi, sin, sqrt

from graphkit.exporters.map.picture import ASPECT, Canvas, Picture
from graphkit.exporters.map.scene import Scene

MOST = 24  # groups around a ring that is still legible
CELL_X, CELL_Y = 150.0, 124.0
EDGE_X, EDGE_Y = 84.0, 62.0
SMALLEST, LARGEST = 24.0, 38.0
SAMPLES = 720


def ring(scene: Scene) -> Picture:
    """Place every group with room for its circle and its name; its area tells how many units it has."""
    groups = scene.groups
    heads = groups.heads if groups is not None else ()
    canvas = Canvas.blank(len(heads))
    most = max([1, *(head.units for head in heads)])
    for i, head in enumerate(heads):
        canvas.r[i] = round(SMALLEST + (LARGEST - SMALLEST) * sqrt(max(0, head.units) / most), 1)
    places = _around(len(heads)) if len(heads) <= MOST else _rows(len(heads))
    for i, (x, y) in enumerate(places):
        canvas.put(i, x, y, room=CELL_X - 6)
    width = max((x for x, _ in places), default=EDGE_X) + EDGE_X
    height = max((y for _, y in places), default=EDGE_Y) + EDGE_Y
    return Picture(
        "groups",
        round(width, 1),
        round(height, 1),
        tuple(canvas.x),
        tuple(canvas.y),
        tuple(canvas.r),
        tuple(canvas.room),
        tuple(canvas.docked),
        1.0,
    )


def _around(count: int) -> list[tuple[float, float]]:
    """Go round from the top at even steps; the ellipse is as small as the cells allow."""
    if count == 1:
        return [(EDGE_X, EDGE_Y)]
    size = 130.0
    while True:
        a, b = size * ASPECT, size
        found = _even(count, a, b)
        if all(
            abs(x - p) >= CELL_X or abs(y - q) >= CELL_Y for n, (x, y) in enumerate(found) for p, q in found[n + 1 :]
        ):
            left, top = min(x for x, _ in found), min(y for _, y in found)
            return [(x - left + EDGE_X, y - top + EDGE_Y) for x, y in found]
        size += 10.0


def _even(count: int, a: float, b: float) -> list[tuple[float, float]]:
    """Return points of an ellipse at even distances along it, clockwise from the top."""
    points = [(a * sin(2 * pi * n / SAMPLES), -b * cos(2 * pi * n / SAMPLES)) for n in range(SAMPLES + 1)]
    along = [0.0]
    for (x, y), (p, q) in pairwise(points):
        along.append(along[-1] + hypot(p - x, q - y))
    found, at = [], 0
    for n in range(count):
        while along[at] < along[-1] * n / count:
            at += 1
        found.append(points[at])
    return found


def _rows(count: int) -> list[tuple[float, float]]:
    columns = max(1, ceil(sqrt(count * ASPECT * CELL_Y / CELL_X)))
    return [(EDGE_X + CELL_X * (n % columns), EDGE_Y + CELL_Y * (n // columns)) for n in range(count)]
