"""Effective coverage: which women's organisations are alive, stage by stage (DEFINITIONS 7).

After Tanahashi (Health service coverage and its evaluation, Bulletin of the WHO 56, 1978): who exists, of these who has
officers, of these who has a venue, and so on. What is not written down may still be there: so every stage has its
unknown ones, and what is effective is an interval.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import percent
from graphkit.analysis.dimensions import TOTAL, fallen, header, share, term
from graphkit.analysis.rules import load_rules
from graphkit.analysis.ruleset import Rules, Selector
from graphkit.analysis.signs import Signs
from graphkit.analysis.units import Flags, about, codes_of, state, unit_table
from graphkit.graph.tables import TEXT, TEXTS, Graph, frame
from graphkit.schema import Caption, Language
from graphkit.values import PartialDate

if TYPE_CHECKING:
    import pandas as pd

EXISTS = "exists"
ANSWERS = ("yes", "no", "unknown")
CAPTIONS = {
    EXISTS: Caption("已成立", "exists"),
    "stage": Caption("环节", "stage"),
    "of": Caption("进入", "entered"),
    "passed": Caption("通过", "passed"),
    "failed": Caption("未通过", "failed"),
    "unknown": Caption("不明", "unknown"),
    "ruled_out": Caption("另可排除", "ruled out besides"),
    "at_most": Caption("至多", "at most"),
    "low": Caption("下限", "low"),
    "high": Caption("上限", "high"),
    "interval": Caption("区间", "interval"),
    "organisations": Caption("组织数", "organisations"),
    "effective": Caption("有效", "effective"),
    "name": Caption("妇联组织", "women's organisation"),
    "type": Caption("类型", "type"),
    "level": Caption("级别", "level"),
    "form": Caption("形式", "form"),
    "reached": Caption("通过到", "passed up to"),
    "stopped_at": Caption("止于", "stopped at"),
    "answer": Caption("该环节", "that stage"),
    "missing": Caption("待补", "to find out or build"),
}
WORDS = {"yes": Caption("是", "yes"), "no": Caption("否", "no"), "unknown": Caption("不明", "unknown")}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cascade:
    """The stages that women's organisations pass at a date, and how far each of them comes; a value.

    `counted` has one row a stage, `rows` one row an organisation with a column for each stage.
    """

    graph: Graph
    rules: Rules
    as_of: str | None
    day: str | None
    counted: pa.Table
    rows: pa.Table

    @property
    def stages(self) -> "pd.DataFrame":
        """Return a row a stage: `stage, of, passed, failed, unknown, ruled_out, at_most, low, high`.

        `of` entered it, for they passed all before; of these some pass, fail, or are not known. `ruled_out` did not
        enter, for they were not known before, and fail here. So `at_most` is that of the stage before without the
        failed and the ruled out; `low` = passed and `high` = at most, as shares of all organisations (null of none).
        """
        return frame(self.counted)

    @property
    def frame(self) -> "pd.DataFrame":
        """Return the stages as a frame."""
        return self.stages

    @property
    def organisations(self) -> "pd.DataFrame":
        """Return a row an organisation: `id, name, type, level, form`, its answer at each stage, and what is missing.

        `effective` says whether all stages are passed. `reached` is the last stage up to which all are passed,
        `stopped_at` the first that is not, `answer` what is said there (no, or unknown); `missing` lists all that are
        not passed, in order. Those that lack least come first.
        """
        return frame(self.rows)

    def by(self, name: str, *, lang: Language | None = None) -> "pd.DataFrame":
        """Return how many organisations are effective by town, level, form, ...: `passed, failed, unknown, low, high`.

        An organisation that is not said to lie in a town lies where that lies what it covers. One with two towns
        counts in both; the last row is the total. Raises SchemaError for what is not known.
        """
        told = (self.graph, self.rules, self.as_of)
        by, labels, pairs = fallen(told, self.rows, name, instead=_covered_by(self), lang=lang)
        answers = np.asarray(pc.index_in(self.rows["effective"], value_set=pa.array(ANSWERS)))
        place, held = pairs["place"].to_numpy(), answers[pairs["unit"].to_numpy()]
        counts = [np.bincount(place[held == k], minlength=len(labels)) for k in range(3)]
        counts = [np.append(count, np.count_nonzero(answers == k)) for k, count in enumerate(counts)]
        total = np.add.reduce(counts)
        kept = pa.array((total > 0) | (np.arange(len(total)) == len(total) - 1))
        columns = {by: pa.array([*labels, term(self.graph.schema, TOTAL, lang)])}
        columns |= {"organisations": total} | dict(zip(("passed", "failed", "unknown"), counts, strict=True))
        columns |= {"low": share(counts[0], total), "high": share(counts[0] + counts[2], total)}
        return frame(pa.table(columns).filter(kept))

    def caption(self, name: str, lang: Language) -> str:
        """Caption a stage or a column of the frames."""
        own = {stage.name: stage.caption for stage in self.rules.cascade} | CAPTIONS
        return own[name].of(lang) if name in own else header(self.graph.schema, name, lang)

    def headline(self) -> dict[str, Any]:
        """Return how many organisations there are, how many of them are effective, and on what that rests."""
        last, total = self.counted.to_pylist()[-1], len(self.rows)
        told: dict[str, Any] = {"organisations": total, "effective": last["passed"], "at_most": last["at_most"]}
        told |= {"interval": [last["low"], last["high"]] if total else None}
        return told | {"as_of": self.as_of, "day": self.day, "rules": self.rules.name}

    def text(self, lang: Language = "zh") -> str:
        """Say it in one sentence, the interval first."""
        told = self.headline()
        total, least, most = told["organisations"], told["effective"], told["at_most"]
        low, high = percent(least, total), percent(most, total)
        steps = [self.caption(stage.name, lang) for stage in self.rules.cascade]
        if lang == "zh":
            date = f"最新已知，至 {self.day or '不明'}" if self.as_of is None else f"截至 {self.as_of}"
            whole = f"{total} 个妇联组织中各环节（{'、'.join(steps)}）全部通过的至少 {least} 个，至多 {most} 个"
            return f"有效覆盖 {low}-{high} %：{whole}（{date}；规则 {self.rules.name}）"
        date = f"latest known, of {self.day or 'no date'}" if self.as_of is None else f"as of {self.as_of}"
        whole = f"of {total} women's organisations {least} at least and {most} at most pass all of: {', '.join(steps)}"
        return f"{low}-{high} % effective: {whole} ({date}; rules {self.rules.name})"

    def __repr__(self) -> str:
        return self.text("en")


def cascade(graph: Graph, *, as_of: str | None = None, rules: Rules | None = None) -> Cascade:
    """Return how far the women's organisations come through the stages of the rules at a date (None = latest known).

    Counted are the actual organisations of the rules' covering types that may exist at the date; groups are none. A
    column is taken to hold at any date, as a state without dates does. Raises DataError for a date that is none.
    """
    rules = rules or load_rules(schema=graph.schema)
    date = None if as_of is None else str(PartialDate.parse(str(as_of)))
    units = unit_table(graph, [Selector(name) for name in rules.covering], nested=(), as_of=date)
    signs = Signs(graph, rules, date, units)
    sure = np.asarray(units["in_force"])
    stages = [(sure, np.zeros(len(units), np.bool_)), *(signs.of(stage) for stage in rules.cascade)]
    names = [EXISTS, *(stage.name for stage in rules.cascade)]
    return Cascade(graph, rules, date, signs.last, _counted(names, stages), _rows(graph, units, names, stages))


def _counted(names: list[str], stages: list[tuple[Flags, Flags]]) -> pa.Table:
    """Count who enters, passes, fails; `stages` holds for each the flags of yes and of no."""
    size = len(stages[0][0])
    sure, open_ = np.ones(size, np.bool_), np.ones(size, np.bool_)
    rows: list[dict[str, Any]] = []
    for name, (yes, no) in zip(names, stages, strict=True):
        told = {"of": sure, "passed": sure & yes, "failed": sure & no, "unknown": sure & ~yes & ~no}
        told["ruled_out"] = open_ & ~sure & no
        sure, open_ = sure & yes, open_ & ~no
        counts = {key: np.count_nonzero(flags) for key, flags in (told | {"at_most": open_}).items()}
        shares = {"low": counts["passed"] / size, "high": counts["at_most"] / size} if size else {}
        rows.append({"stage": name} | counts | shares)
    numbers = [(key, pa.int64()) for key in ("of", "passed", "failed", "unknown", "ruled_out", "at_most")]
    return pa.Table.from_pylist(
        rows, schema=pa.schema([("stage", TEXT), *numbers, ("low", pa.float64()), ("high", pa.float64())])
    )


def _rows(graph: Graph, units: pa.Table, names: list[str], stages: list[tuple[Flags, Flags]]) -> pa.Table:
    """Return a row an organisation; those that lack least come first."""
    answers = np.array([np.where(yes, 0, np.where(no, 1, 2)) for yes, no in stages])
    passed = answers == 0
    # One stage more than there are, where those stop that pass all.
    stop = np.argmin(np.vstack([passed, np.zeros(passed.shape[1], np.bool_)]), axis=0)
    at = np.vstack([answers, np.full(len(units), -1)])[stop, np.arange(len(units))]
    effective = np.where((answers == 1).any(axis=0), 1, np.where(passed.all(axis=0), 0, 2))
    words, stage = pa.array(ANSWERS), pa.array([*names, None], TEXT)
    columns = {name: units[name] for name in ("id", "name", "type")}
    columns |= {name: about(graph, units, name).cast(TEXT) for name in ("level", "form")}
    columns |= {name: words.take(pa.array(row)) for name, row in zip(names, answers, strict=True)}
    columns |= {"effective": words.take(pa.array(effective))}
    columns |= {
        "reached": pa.array([None, *names], TEXT).take(pa.array(stop)),
        "stopped_at": stage.take(pa.array(stop)),
    }
    columns |= {"answer": words.take(pa.array(at, mask=at < 0)), "missing": _missing(names, ~passed)}
    lacking = np.count_nonzero(~passed, axis=0)
    order = pa.table({"far": -stop, "lacking": lacking, "name": units["name"], "id": units["id"]})
    keys = [(name, "ascending") for name in order.column_names]
    return pa.table(columns).take(pc.sort_indices(order, sort_keys=keys)).combine_chunks()


def _missing(names: list[str], lacking: Flags) -> pa.ListArray:
    unit, stage = np.nonzero(lacking.T)
    ends = np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=lacking.shape[1]))]).astype(np.int32)
    return pa.ListArray.from_arrays(ends, pa.array(names).take(pa.array(stage))).cast(TEXTS)


def _covered_by(found: Cascade) -> pa.Table:
    """Return pairs `unit` (row number of the organisation), `id`: what organisations may cover."""
    covers = found.graph.table("COVERS")
    covers = covers.filter(pa.array(state(covers, found.graph, found.as_of).possible))
    unit = codes_of(covers["src"], found.rows["id"])
    pairs = pa.table({"unit": pa.array(unit), "id": covers["dst"]})
    return pairs.filter(pc.greater_equal(pairs["unit"], 0)).combine_chunks()
