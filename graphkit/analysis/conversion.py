"""What came of the agreements that brokers have with resources: which led to something, after how many days.

A broker's agreement is converted by an event between its resource and a unit that came about through the broker, and
not before the agreement (DEFINITIONS 10).
"""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from graphkit.graph.tables import TEXT, TEXTS
from graphkit.values import PartialDate

BROKERS = pa.schema(
    {"broker": TEXT, "name": TEXT, "type": TEXT, "partners": pa.int64(), "converted": pa.int64()}
    | {"conversion": pa.float64(), "idle": TEXTS, "idle_ids": TEXTS, "days_to_first": pa.int64(), "events": pa.int64()}
    | {"units": pa.int64(), "not_partners": TEXTS, "first": TEXT, "cohorts": pa.int64()}
)
PARTNERSHIPS = pa.schema(
    {"broker": TEXT, "name": TEXT, "resource": TEXT, "resource_name": TEXT, "since": TEXT, "events": pa.int64()}
    | {"first": TEXT, "days": pa.int64(), "group": pa.bool_(), "edges": TEXTS, "event_edges": TEXTS}
)
Row = dict[str, Any]


def partnerships(signed: Iterable[Row], events: Iterable[Row], cohorts: set[str]) -> list[Row]:
    """Return one row a broker and resource that have an agreement, an event, or both; `since` and `edges` may be none.

    `signed` are agreements, `events` what was realised with brokers, with `unit` null where it was no named unit's;
    names are added by whoever shows the rows.
    """
    found: dict[tuple[str, str], Row] = {}
    for row in signed:
        told = _pair(found, row["broker"], row["resource"], cohorts)
        told["edges"].append(row["element"])
        told["dates"].append(row["date"])
    for row in events:
        for broker in row["brokers"]:
            _pair(found, broker, row["resource"], cohorts)["happened"].append(row)
    return [_counted(found[key]) for key in sorted(found)]


def _pair(found: dict[tuple[str, str], Row], broker: str, resource: str, cohorts: set[str]) -> Row:
    empty = {"broker": broker, "resource": resource, "group": resource in cohorts}
    return found.setdefault((broker, resource), empty | {"edges": [], "dates": [], "happened": []})


def _counted(pair: Row) -> Row:
    """Count the events of an agreement that did not come before it, and the days from it to the first of them."""
    since = earliest(pair["dates"])
    after = [row for row in pair["happened"] if not _before(row["date"], since)]
    first = earliest([row["date"] for row in after])
    told: Row = {"since": since, "first": first, "days": days(since, first), "events": len(after)}
    told |= {"event_edges": sorted({row["element"] for row in after}), "units": {row["unit"] for row in after}}
    return {name: pair[name] for name in ("broker", "resource", "group", "edges")} | told


def earliest(dates: Iterable[str | None]) -> str | None:
    """Return the date that begins first; of those that begin on one day the more exact one; None if there is none."""
    known = [date for date in dates if date]
    return min(known, key=lambda date: (PartialDate.parse(date).first_day, -len(date)), default=None)


def days(start: str | None, end: str | None) -> int | None:
    """Count the days between two dates; None if either is not known to the day."""
    if start is None or end is None:
        return None
    dates = [PartialDate.parse(start), PartialDate.parse(end)]
    if any(date.day is None for date in dates):
        return None
    return (dates[1].first_day - dates[0].first_day).days


def _before(event: str | None, since: str | None) -> bool:
    """Tell whether an event certainly came before an agreement."""
    if event is None or since is None:
        return False
    return PartialDate.parse(event).last_day < PartialDate.parse(since).first_day


def of_brokers(pairs: Iterable[Row], names: dict[str, str]) -> list[Row]:
    """Return one row a broker: how many of its partners were converted, and how soon the first of them."""
    grouped: dict[str, list[Row]] = {}
    for pair in pairs:
        grouped.setdefault(pair["broker"], []).append(pair)
    return [_of_broker(broker, mine, names) for broker, mine in grouped.items()]


def _of_broker(broker: str, pairs: list[Row], names: dict[str, str]) -> Row:
    single = [pair for pair in pairs if not pair["group"]]
    partners = [pair for pair in single if pair["edges"]]
    converted = [pair for pair in partners if pair["events"]]
    idle = sorted((pair["resource"] for pair in partners if not pair["events"]), key=names.__getitem__)
    others = sorted(names[pair["resource"]] for pair in single if not pair["edges"])
    told = {"broker": broker, "partners": len(partners), "converted": len(converted)}
    told |= {"conversion": len(converted) / len(partners) if partners else None}
    told |= {"idle": [names[resource] for resource in idle], "idle_ids": idle, "not_partners": others}
    told |= {"days_to_first": _soonest(converted), "first": earliest(pair["first"] for pair in single)}
    told |= {"events": len({edge for pair in single for edge in pair["event_edges"]})}
    told |= {"units": len({unit for pair in single for unit in pair["units"] if unit})}
    return told | {"cohorts": sum(pair["group"] for pair in pairs)}


def _soonest(converted: list[Row]) -> int | None:
    """Return the days from the agreement that was converted first to its first event; None if that cannot be told."""
    if not converted or any(pair["first"] is None for pair in converted):
        return None
    firsts = [(PartialDate.parse(pair["first"]), pair["days"]) for pair in converted]
    date, told = min(firsts, key=lambda pair: (pair[0].last_day, -1 if pair[1] is None else pair[1]))
    others = [other for other, _ in firsts if other != date]
    return None if any(other.first_day < date.last_day for other in others) else told
