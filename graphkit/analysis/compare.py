"""Why the number moved between two records: what was learned, what happened, and one cause a unit (DEFINITIONS 8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import STATUSES, Coverage, coverage
from graphkit.analysis.pairing import Pairs, paired
from graphkit.analysis.rules import load_rules
from graphkit.analysis.ruleset import Rules
from graphkit.analysis.units import Flags
from graphkit.errors import SchemaError
from graphkit.graph.merge import grouped_as, without
from graphkit.graph.tables import TEXT, Graph, frame
from graphkit.graph.time import last_days
from graphkit.schema import Caption, Language

if TYPE_CHECKING:
    import pandas as pd

Texts = npt.NDArray[np.object_]
NOT_LISTED = "not_listed"
PARTS = {"learned": Caption("得知", "learned"), "happened": Caption("发生", "happened")}
CAUSES = {
    "listed": Caption("新列入", "newly listed"),
    "gone": Caption("不再列入", "no longer listed"),
    "identity": Caption("归并或分立", "merged or split"),
    "correction": Caption("更正", "corrected"),
    "rules": Caption("规则不同", "other rules"),
    "learned_late": Caption("得知较晚", "learned late"),
    "happened": Caption("发生", "happened"),
}
COLUMNS = {
    "name": Caption("单位", "unit"),
    "from_status": Caption("原记", "as recorded then"),
    "middle_status": Caption("今知当时", "then, as known now"),
    "to_status": Caption("现为", "now"),
    "part": Caption("得知或发生", "learned or happened"),
    "cause": Caption("原因", "cause"),
}
ABSENT = Caption("未列入", "not listed")
TOTAL = Caption("单位数", "units")
MOVES = pa.schema([(name, TEXT) for name in ("unit", "name", "type", *list(COLUMNS)[1:])])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison:
    """Two records at two dates: `before` (the earlier record), `middle` (the later one at the earlier date), `after`.

    learned = middle - before, happened = after - middle. `table` has one row a unit whose status differs between any
    two of the three: `unit, name, type, from_status, middle_status, to_status, part, cause`.
    """

    before: Coverage
    middle: Coverage
    after: Coverage
    table: pa.Table

    @property
    def frame(self) -> "pd.DataFrame":
        """Return the moves as a frame."""
        return frame(self.table)

    def counts(self) -> dict[str, dict[str, int]]:
        """Count units and each status: before, learned, middle, happened, after, and the whole change."""
        return {
            name: _counted(*(_count(found, name) for found in (self.before, self.middle, self.after)))
            for name in (*STATUSES, "units")
        }

    def causes(self) -> dict[str, int]:
        """Count the moved units by cause, in the order in which causes are looked for; those without units are out."""
        found = self.table["cause"].to_pylist()
        return {cause: found.count(cause) for cause in CAUSES if cause in found}

    def headline(self) -> dict[str, Any]:
        """Return the counts and causes with what they depend on, ready for JSON."""
        dates = {"from": self.before.as_of, "to": self.after.as_of}
        rules = {"rules": self.after.rules.name, "rules_before": self.before.rules.name}
        told: dict[str, Any] = {"units_kind": self.after.units_kind} | dates | rules
        return told | self.counts() | {"moved": len(self.table), "causes": self.causes()}

    def text(self, lang: Language = "zh") -> str:
        """Say it in lines: each status from and to, what of it was learned and what happened, the causes, the basis."""
        return "\n".join([*self.sentences(lang), f"({self.basis(lang)})"])

    def sentences(self, lang: Language = "zh") -> list[str]:
        """Say in a line each how the counts moved, the covered first, and then by what causes."""
        captions = self.after.graph.schema.captions
        named = {name: captions["term", name] for name in STATUSES} | {"units": TOTAL}
        lines = [_line(named[name].of(lang), found, lang) for name, found in self.counts().items()]
        causes = [f"{CAUSES[cause].of(lang)} {count}" for cause, count in self.causes().items()]
        if not causes:
            return [*lines, "没有单位变动" if lang == "zh" else "no unit moved"]
        if lang == "zh":
            return [*lines, f"{len(self.table)} 个单位有变动：{'，'.join(causes)}"]
        return [*lines, f"{len(self.table)} {'units' if len(self.table) > 1 else 'unit'} moved: {', '.join(causes)}"]

    def basis(self, lang: Language = "zh") -> str:
        """Say what the figures are of: units, dates, rules."""
        units = self.after.rules.units[self.after.units_kind].caption.of(lang)
        open_date = "最新已知" if lang == "zh" else "latest known"
        dates = " → ".join(cov.as_of or open_date for cov in (self.before, self.after))
        names = " → ".join(dict.fromkeys(cov.rules.name for cov in (self.before, self.after)))
        return f"{units}；{dates}；规则 {names}" if lang == "zh" else f"{units}; {dates}; rules {names}"

    def moves(self, lang: Language = "zh") -> "pd.DataFrame":
        """Return the moves as people read them: captions, and statuses, parts and causes in words."""
        schema = self.after.graph.schema
        words = {name: schema.captions["term", name].of(lang) for name in STATUSES} | {NOT_LISTED: ABSENT.of(lang)}
        coded = {name: words for name in COLUMNS if name.endswith("_status")}
        coded |= {name: {k: c.of(lang) for k, c in kinds.items()} for name, kinds in _CODED.items()}
        shown = self.frame[list(COLUMNS)].copy()
        shown["name"] = shown["name"].fillna(self.frame["unit"])
        for name, told in coded.items():
            shown[name] = [told[value] for value in shown[name]]
        return shown.rename(columns={name: caption.of(lang) for name, caption in COLUMNS.items()})

    def __repr__(self) -> str:
        return self.text("en")


_CODED = {"part": PARTS, "cause": CAUSES}


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """Which units are counted, and under which rules: `rules` default to Star-Link, `rules_before` to `rules`."""

    units: str = "companies"
    rules: Rules | None = None
    rules_before: Rules | None = None


def compare(
    before: Graph,
    after: Graph,
    d1: str | None = None,
    d2: str | None = None,
    *,
    options: CompareOptions = CompareOptions(),
) -> Comparison:
    """Split the change of coverage between two records and dates into what was learned and what happened.

    learned = cov(after, d1) - cov(before, d1); happened = cov(after, d2) - cov(after, d1). Dates default to the newest
    source of each record. Units are matched by their raw ids.
    Raises SchemaError for records of two schemas and for units that the rules do not know, DataError for a bad date.
    """
    if before.schema != after.schema:
        message = f"the two records are of two schemas: {before.schema.name}, {after.schema.name}"
        raise SchemaError(message, code="schemas-differ", hint="Read both under one schema: open_store(path, schema=)")
    units, rules = options.units, options.rules or load_rules(schema=after.schema)
    asked = _Question(before, after, options.rules_before or rules, rules, units)
    first, last = d1 or _newest_day(before), d2 or _newest_day(after)
    told = coverage(before, units=units, as_of=first, rules=asked.rules_before)
    middle, now = (coverage(after, units=units, as_of=day, rules=rules) for day in (first, last))
    return Comparison(told, middle, now, _moves(asked, (told, middle, now)))


@dataclass(frozen=True, slots=True)
class _Question:
    """What is compared: two records, each under its rules."""

    before: Graph
    after: Graph
    rules_before: Rules
    rules: Rules
    units: str

    @property
    def types(self) -> set[str]:
        """Return the types of the nodes that are units under either rules."""
        return {part.type for rules in (self.rules_before, self.rules) for part in rules.kind(self.units).select}


def _newest_day(graph: Graph) -> str | None:
    """Return the last day of the newest source, or None, latest known, if none is dated."""
    day = pc.max(last_days(graph.sources["date"])).as_py()
    return None if day is None else str(day)


def _count(found: Coverage, name: str) -> int:
    return len(found.table) if name == "units" else found.count(name)


def _counted(before: int, middle: int, after: int) -> dict[str, int]:
    found = {"before": before, "learned": middle - before, "middle": middle, "happened": after - middle}
    return found | {"after": after, "change": after - before}


def _line(name: str, count: dict[str, int], lang: Language) -> str:
    learned, happened = (f"{caption.of(lang)} {count[part]:+d}" for part, caption in PARTS.items())
    colon, comma = ("：", "，") if lang == "zh" else (": ", ", ")
    return f"{name} {count['before']} → {count['after']}{colon}{learned}{comma}{happened}"


# Which units moved, and why


def _moves(asked: _Question, found: tuple[Coverage, ...]) -> pa.Table:
    """Return a row for each unit whose status differs between any two of the three coverages."""
    pairs = paired(asked.before, asked.after, asked.types)
    told = _statuses(found[0], pairs.before), *(_statuses(cov, pairs.after) for cov in found[1:])
    moved = np.flatnonzero((told[0] != told[1]) | (told[1] != told[2]))
    rows = pa.array(moved)
    pairs = Pairs(pairs.before.take(rows), pairs.after.take(rows), pairs.regrouped[moved])
    case = _Moved(asked, found, pairs, *(status[moved] for status in told))
    columns = dict(zip(("from_status", "middle_status", "to_status"), (case.start, case.middle, case.end), strict=True))
    columns |= {"part": np.where(case.learned, "learned", "happened"), "cause": _causes(case)}
    texts = {name: pa.array(values.tolist(), TEXT) for name, values in columns.items()}
    named = [pc.coalesce(*(_of_nodes(asked, pairs, column))) for column in ("name", "type")]
    table = pa.table({"unit": pc.coalesce(pairs.after, pairs.before), "name": named[0], "type": named[1]} | texts)
    order = [("part", "descending"), ("cause", "ascending"), ("name", "ascending"), ("unit", "ascending")]
    return table.cast(MOVES).sort_by(order)


def _statuses(cov: Coverage, ids: pa.Array) -> Texts:
    """Return the status of nodes in a coverage; those that are no units of it are not listed."""
    rows = pc.index_in(ids, value_set=cov.table["id"])
    found: Texts = pc.fill_null(cov.table["status"].combine_chunks().take(rows), NOT_LISTED).to_numpy(False)
    return found


def _of_nodes(asked: _Question, pairs: Pairs, column: str) -> Iterable[pa.Array]:
    """Return the names or types of nodes in the later record and in the earlier one."""
    for graph, ids in ((asked.after, pairs.after), (asked.before, pairs.before)):
        tables = [
            pa.table({"id": t["id"], "name": t["name"], "type": pa.repeat(name, len(t)).cast(TEXT)})
            for name in sorted(asked.types)
            for t in [graph.table(name)]
        ]
        nodes = pa.concat_tables(tables).combine_chunks()
        yield nodes[column].combine_chunks().take(pc.index_in(ids, value_set=nodes["id"]))


@dataclass(frozen=True, slots=True)
class _Moved:
    """The units that moved, with their three statuses."""

    asked: _Question
    found: tuple[Coverage, ...]
    pairs: Pairs
    start: Texts
    middle: Texts
    end: Texts

    @property
    def learned(self) -> Flags:
        """Tell which units moved by what was learned: the step that changes whether they are covered, else the first.

        A unit may move in both steps; then the counts of both hold it, and it has the cause of one.
        """
        covered = [status == "covered" for status in (self.start, self.middle, self.end)]
        found: Flags = (self.start != self.middle) & ((covered[0] != covered[1]) | (covered[1] == covered[2]))
        return found


def _causes(case: _Moved) -> Texts:
    """Give each unit the first cause that applies."""
    in_learned, listed = case.start != case.middle, case.start == NOT_LISTED
    deciding = in_learned & (case.learned | listed | (case.middle == NOT_LISTED))
    held = {
        "identity": _by_identity(case) & deciding,
        "rules": _by_rules(case) & deciding,
        "listed": listed,
        "gone": case.end == NOT_LISTED,
        "correction": _by_correction(case),
        "learned_late": case.learned,
    }
    return np.select(list(held.values()), [np.array(name, object) for name in held], np.array("happened", object))


def _by_identity(case: _Moved) -> Flags:
    """Tell which units the earlier record moves, if only who is one with whom is taken from the later one.

    So that bases or federations that became one count too, and a merged unit that moved for another reason does not.
    """
    asked, told, pairs = case.asked, case.found[0], case.pairs
    if asked.before.raw is None or not paired(asked.before, asked.after, asked.after.schema.nodes).regrouped.any():
        return pairs.regrouped
    grouped = grouped_as(asked.before, asked.after)
    ids = paired(asked.before, grouped, asked.types).after_of(pairs.before)
    status = _statuses(coverage(grouped, units=asked.units, as_of=told.as_of, rules=asked.rules_before), ids)
    found: Flags = np.where(case.start == NOT_LISTED, pairs.regrouped, status != case.start)
    return found


def _by_rules(case: _Moved) -> Flags:
    """Tell which units the later record, under the earlier rules, leaves where they were."""
    asked, told = case.asked, case.found[1]
    if asked.rules_before == asked.rules:
        return np.zeros(len(case.start), np.bool_)
    old = coverage(asked.after, units=asked.units, as_of=told.as_of, rules=asked.rules_before)
    found: Flags = _statuses(old, case.pairs.after) == case.start
    return found


def _by_correction(case: _Moved) -> Flags:
    """Tell which units would not have made their step without a correction that was made, or withdrawn, in between."""
    asked, pairs = case.asked, case.pairs
    made, withdrawn = _corrections(asked.after, asked.before), _corrections(asked.before, asked.after)
    found = np.zeros(len(case.start), np.bool_)
    if made:
        rest = without(asked.after, made)
        ids = paired(asked.after, rest, asked.types).after_of(pairs.after)
        middle, end = (
            _statuses(coverage(rest, units=asked.units, as_of=cov.as_of, rules=asked.rules), ids)
            for cov in case.found[1:]
        )
        found |= np.where(case.learned, middle != case.middle, end != case.end)
    if withdrawn:
        rest = without(asked.before, withdrawn)
        ids = paired(asked.before, rest, asked.types).after_of(pairs.before)
        told = coverage(rest, units=asked.units, as_of=case.found[0].as_of, rules=asked.rules_before)
        found |= case.learned & (_statuses(told, ids) != case.start)
    return found


def _corrections(graph: Graph, other: Graph) -> list[str]:
    """List the corrections that only the first of two records holds; none without raw rows to leave them out of."""
    if graph.raw is None:
        return []
    rows = graph.sources.filter(pc.equal(graph.sources["kind"], "correction"))
    return sorted(set(rows["id"].to_pylist()) - set(other.sources["id"].to_pylist()))
