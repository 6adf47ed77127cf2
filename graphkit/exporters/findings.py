"""What a report tells beside coverage and links: each finding if it was made, and nothing about it if it was not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphkit.analysis.brokers import Brokers, brokers
from graphkit.analysis.cascade import Cascade, cascade
from graphkit.analysis.compare import Comparison
from graphkit.analysis.coverage import Coverage
from graphkit.analysis.ledger import Ledger, ledger
from graphkit.analysis.links import Links
from graphkit.analysis.plan import Plan, plan
from graphkit.analysis.ties import Ties, ties
from graphkit.analysis.trend import Trend, as_known, trend
from graphkit.errors import DataError, QueryError
from graphkit.graph.tables import Graph

NEW_TIES = 5
MOST_BROKERS = 100  # nobody reads more of them; what any other one could cost at most is told
TOO_LARGE = ("too-many-pairs", "too-many-resources", "too-many-steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The findings that a report gets a section for each; a value.

    `comparison` with an earlier record, `plan` of what to found, `trend` against the three-year line, `cascade` of
    which organisations are alive; `brokers` who hold the links together, `ledger` of what came of them, `ties` that
    would be new. What follows from coverage and links alone (gaps, questions, quadrant) needs no finding. `left_out`
    names those that were too large to make.
    """

    comparison: Comparison | None = None
    plan: Plan | None = None
    trend: Trend | None = None
    cascade: Cascade | None = None
    brokers: Brokers | None = None
    ledger: Ledger | None = None
    ties: Ties | None = None
    left_out: frozenset[str] = frozenset()


def findings(
    coverage: Coverage,
    *,
    links: Links | None = None,
    per_year: Sequence[float] | None = None,
    min_per_town: int = 0,
    records: Sequence[Graph] = (),
) -> Findings:
    """Return all findings about one record: of a coverage and, if given, of its links; a plan if there are budgets.

    The trend ends at the date of the coverage; `records` are earlier ones, for what was known at the time. Only
    `comparison` is not made, for it has dates of its own: add it with `dataclasses.replace`. What is too large to be
    told of these links is named in `left_out`. Raises PlanError as `plan` does.
    """
    graph, rules, as_of = coverage.graph, coverage.rules, coverage.as_of
    found = Findings(
        plan=plan(coverage, per_year=per_year, min_per_town=min_per_town) if per_year is not None else None,
        trend=_trend(coverage, records),
        cascade=cascade(graph, as_of=as_of, rules=rules),
    )
    return found if links is None else _linked(found, links)


def _trend(coverage: Coverage, records: Sequence[Graph]) -> Trend | None:
    """Return the trend up to the date of a coverage; none where sources have no dates, or are centuries apart."""
    asked: dict[str, Any] = {"until": coverage.as_of, "units": coverage.units_kind, "rules": coverage.rules}
    try:
        return as_known(trend(coverage.graph, **asked), records)
    except DataError as error:
        if error.code not in ("no-date", "bad-dates"):
            raise
        return None


def _linked(found: Findings, net: Links) -> Findings:
    asked: dict[str, Any] = {"to": net.to, "max_hops": net.max_hops, "units": net.units_kind, "as_of": net.as_of}
    makers: dict[str, Callable[[], Any]] = {
        "brokers": lambda: brokers(net, top=MOST_BROKERS),
        "ledger": lambda: ledger(net.graph, **asked, rules=net.rules),
        "ties": lambda: ties(net, NEW_TIES),
    }
    made: dict[str, Any] = {}
    for name, make in makers.items():
        try:
            made[name] = make()
        except QueryError as error:
            if error.code not in TOO_LARGE:
                raise
            made["left_out"] = made.get("left_out", frozenset()) | {name}
    return replace(found, **made)
