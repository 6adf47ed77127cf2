"""Small counts hidden so that they cannot be had back: primary and secondary suppression of cells.

A count below k is hidden. Then every hidden count is asked whether the sums that stay (rows, columns, tables inside
tables) and the fact that counts are not negative leave it only one value; as long as they do, the smallest count that
shares a sum with it is hidden too. Hundepool et al., Statistical Disclosure Control, 2012, chapter 4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

K = 5
PARTS = ("covered", "gap", "unknown")
Cell = tuple[str, int, str]  # table, row, column
Mask = npt.NDArray[np.bool_]
SPAN = 1.0 - 1e-6  # a hidden count must be able to be at least one more or one less


@dataclass(frozen=True, slots=True)
class Sum:
    """A published sum: the whole is the parts together, and a rest that is published nowhere."""

    whole: Cell
    parts: tuple[Cell, ...]


def small_whole(told: Mapping[str, Any], parts: Sequence[str] = ("units", *PARTS), *, k: int = K) -> bool:
    """Tell whether a count of a whole is below k; that there is none of a kind tells nothing of anybody."""
    return any(0 < told[part] < k for part in parts)


def suppress(
    frame: "pd.DataFrame", *, k: int = K, whole: str = "units", parts: Sequence[str] = PARTS
) -> "pd.DataFrame":
    """Return a table of counts in which no cell below k can be read or worked out; hidden cells are null.

    Each row is `whole` = the sum of `parts`; the last row is the total of the rows and stays. In a row with a hidden
    part every other number (rates, weights) is null too, because it would tell the part.
    """
    return suppress_together({"": frame}, k=k, whole=whole, parts=parts)[""]


def suppress_together(
    frames: Mapping[str, "pd.DataFrame"],
    *,
    inside: Iterable[tuple[tuple[str, int], tuple[str, Sequence[int]]]] = (),
    k: int = K,
    whole: str = "units",
    parts: Sequence[str] = PARTS,
) -> dict[str, "pd.DataFrame"]:
    """Suppress several tables of the same units as one, because a reader has all of them.

    `inside` says that a row of one table is the sum of rows of another: ((table, row), (table, rows)),
    a chain and its segments.
    """
    columns = (whole, *parts)
    values = {
        (name, row, column): float(frame[column].iloc[row])
        for name, frame in frames.items()
        for row in range(len(frame))
        for column in columns
    }
    totals = {(name, len(frame) - 1, column) for name, frame in frames.items() for column in columns}
    # Where nobody is counted in all, nobody is counted in a part: there is nothing left to hide.
    totals |= {(name, row, column) for name, row, column in values if not values[name, len(frames[name]) - 1, column]}
    sums = [*_row_sums(frames, whole, parts), *_column_sums(frames, columns), *_inner_sums(inside, columns)]
    hidden = hide(values, sums, shown=totals, k=k)
    return {name: _blanked(frame, name, hidden, columns) for name, frame in frames.items()}


def _row_sums(frames: Mapping[str, "pd.DataFrame"], whole: str, parts: Sequence[str]) -> list[Sum]:
    return [
        Sum((name, row, whole), tuple((name, row, part) for part in parts))
        for name, frame in frames.items()
        for row in range(len(frame))
    ]


def _column_sums(frames: Mapping[str, "pd.DataFrame"], columns: Sequence[str]) -> list[Sum]:
    return [
        Sum((name, len(frame) - 1, column), tuple((name, row, column) for row in range(len(frame) - 1)))
        for name, frame in frames.items()
        if len(frame) > 1
        for column in columns
    ]


def _inner_sums(
    inside: Iterable[tuple[tuple[str, int], tuple[str, Sequence[int]]]], columns: Sequence[str]
) -> list[Sum]:
    return [
        Sum((outer, row, column), tuple((inner, part, column) for part in rows))
        for (outer, row), (inner, rows) in inside
        for column in columns
    ]


def hide(values: Mapping[Cell, float], sums: Sequence[Sum], *, shown: set[Cell], k: int = K) -> set[Cell]:
    """Return the cells to hide: those below k, and as many others as it takes that none of them can be worked out."""
    hidden = {cell for cell, value in values.items() if value < k and cell not in shown}
    while True:
        known = _worked_out(values, sums, hidden)
        more = {cell for lost in known if (cell := _companion(lost, values, sums, hidden | shown))}
        if not more:
            return hidden
        hidden |= more


def _companion(lost: Cell, values: Mapping[Cell, float], sums: Sequence[Sum], taken: set[Cell]) -> Cell | None:
    """Find the smallest cell to hide beside one that can be worked out, in the sum that tells most about it."""
    best: tuple[float, float, Cell] | None = None
    for one in sums:
        cells = (one.whole, *one.parts)
        if lost not in cells:
            continue
        # What else is hidden in this sum is the room that the lost cell has: none, if it is hidden alone.
        room = sum(values[cell] for cell in one.parts if cell in taken and cell != lost)
        for cell in cells:
            if cell not in taken and (best is None or (room, values[cell], cell) < best):
                best = (room, values[cell], cell)
    return None if best is None else best[2]


def _worked_out(values: Mapping[Cell, float], sums: Sequence[Sum], hidden: set[Cell]) -> list[Cell]:
    """List the hidden cells that have only one possible value, given everything that is shown."""
    cells = sorted(hidden)
    if not cells:
        return []
    matrix, target, size = _equations(values, sums, cells)
    open_cells = np.ones(len(cells), dtype=bool)
    truth = np.array([values[cell] for cell in cells])
    for sign in (1.0, -1.0):
        moved = _moved(matrix, target, sign * _spread(size, len(cells)))[: len(cells)]
        open_cells &= np.abs(moved - truth) < SPAN
    return [cells[i] for i in np.flatnonzero(open_cells) if _span(matrix, target, int(i)) < SPAN]


def _spread(size: int, cells: int) -> npt.NDArray[np.float64]:
    """Weigh the cells unevenly, so that one search moves as many of them as it can."""
    weights = np.zeros(size)
    weights[:cells] = 1 + np.arange(cells) % 7 / 10
    weights[:cells:2] *= -1
    return weights


def _equations(
    values: Mapping[Cell, float], sums: Sequence[Sum], cells: Sequence[Cell]
) -> tuple[Any, npt.NDArray[np.float64], int]:
    """Write what a reader knows of the hidden cells as equations; the unpublished rest of a sum is one more unknown."""
    from scipy.sparse import csr_array

    number = {cell: i for i, cell in enumerate(cells)}
    entries: list[tuple[int, int, float]] = []
    target: list[float] = []
    size = len(cells)
    for one in sums:
        terms = [(one.whole, 1.0), *((part, -1.0) for part in one.parts)]
        rest = sum(sign * values[cell] for cell, sign in terms)
        own = [(number[cell], sign) for cell, sign in terms if cell in number]
        if not own:
            continue
        if rest:
            own, size = [*own, (size, -1.0 if rest > 0 else 1.0)], size + 1
        entries += [(len(target), column, sign) for column, sign in own]
        target.append(-sum(sign * values[cell] for cell, sign in terms if cell not in number))
    rows, columns, signs = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = csr_array((signs, (rows, columns)), shape=(len(target), size))
    return matrix, np.array(target), size


def _moved(matrix: Any, target: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the possible values of the unknowns that make the weighted sum smallest."""
    from scipy.optimize import linprog

    ceiling = float(np.abs(target).sum()) + 10 * K
    equations = {"A_eq": matrix, "b_eq": target} if len(target) else {}
    found = linprog(weights, **equations, bounds=(0, ceiling), method="highs")
    return np.asarray(found.x, dtype=np.float64)


def _span(matrix: Any, target: npt.NDArray[np.float64], cell: int) -> float:
    weights = np.zeros(matrix.shape[1])
    weights[cell] = 1.0
    low, high = _moved(matrix, target, weights)[cell], _moved(matrix, target, -weights)[cell]
    return float(high - low)


def _blanked(frame: "pd.DataFrame", name: str, hidden: set[Cell], columns: Sequence[str]) -> "pd.DataFrame":
    import pandas as pd

    rows = sorted({row for table, row, _ in hidden if table == name})
    if not rows:
        return frame
    shown = frame.copy()
    derived = [c for c in frame.columns if c not in columns and pd.api.types.is_numeric_dtype(frame[c])]
    for column in columns:
        shown[column] = _emptied(shown[column].astype("Int64"), [r for r in rows if (name, r, column) in hidden])
    for column in derived:
        shown[column] = _emptied(shown[column].astype("Float64"), rows)
    return shown


def _emptied(column: "pd.Series[Any]", rows: Sequence[int]) -> "pd.Series[Any]":
    import pandas as pd

    gone = np.zeros(len(column), dtype=bool)
    gone[list(rows)] = True
    return column.mask(gone, pd.NA)
