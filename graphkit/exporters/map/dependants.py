"""What hangs on one node alone: the links that are lost without it, and the units that reach nothing but through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from graphkit.exporters.redact import Redaction

if TYPE_CHECKING:
    from graphkit.analysis.brokers import Brokers


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Brokers as their readers may see them: one row a broker, and one a unit that loses every resource with it."""

    brokers: pa.Table
    units: pa.Table


@dataclass(frozen=True, slots=True)
class Dependants:
    """One row a broker without which links are lost: how many of how many, and the units cut off (node numbers)."""

    broker: tuple[int, ...] = ()
    pairs: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    units: tuple[tuple[int, ...], ...] = ()


def losses(found: "Brokers", shown: Redaction) -> Losses:
    """Redact what is lost without each broker."""
    units = found.units.filter(found.units["cut"]).select(["broker", "unit"])
    return Losses(shown.table(found.table), shown.table(units))


def dependants(told: Losses | None, number: Mapping[str, int]) -> Dependants:
    """Put the losses into numbers of nodes; a broker that holds nothing up is left out."""
    if told is None:
        return Dependants()
    cut: dict[str, list[int]] = {}
    for row in told.units.to_pylist():
        if row["unit"] in number:
            cut.setdefault(row["broker"], []).append(number[row["unit"]])
    rows = [row for row in told.brokers.to_pylist() if row["broker"] in number and row["lost_pairs"]]
    return Dependants(
        broker=tuple(number[row["broker"]] for row in rows),
        pairs=tuple(row["pairs"] for row in rows),
        lost=tuple(row["lost_pairs"] for row in rows),
        units=tuple(tuple(cut.get(row["broker"], ())) for row in rows),
    )
