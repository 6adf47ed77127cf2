"""The gaps, ranked by whom to go to first, and how each is closed best (DEFINITIONS 7)."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.candidates import told_bars
from graphkit.analysis.coverage import Coverage
from graphkit.analysis.dimensions import named_places
from graphkit.analysis.neighbours import nearest_organisations
from graphkit.analysis.openings import MODES, SEPARATOR, Openings, numbers_of, openings
from graphkit.graph.evidence import names_of
from graphkit.graph.tables import TEXT, frame
from graphkit.schema import Caption, Language

if TYPE_CHECKING:
    import pandas as pd

SHOWN = ("key_candidate", "women_employees", "women_employees_bound", "preparing")
REASONS: dict[str, dict[Language, str]] = {
    "preparing": {"zh": "筹建中，尚未成立", "en": "being prepared, not founded yet"},
    "no": {"zh": "上报未成立", "en": "reported as having none"},
    "closed_scope": {"zh": "所在范围的名册已列全，其中没有", "en": "absent from a list that is complete for its place"},
    "unknown": {"zh": "情况不明", "en": "not known"},
}
# Why a mode is recommended; the first that holds.
GROUNDS = {
    "own": Caption("女职工够多，可单独建", "enough women employees of its own"),
    "party_led": Caption("已建党组织，可以带建", "its party organisation can lead"),
    "base": Caption("同一基地有其他空白点", "other gaps in the same base"),
    "owner": Caption("同一业主有其他空白点", "other gaps of the same owner"),
    "town_segment": Caption("同乡镇同环节有其他空白点", "other gaps of the same town and segment"),
    "host": Caption("有所属平台可依托", "a host that it belongs to"),
}
NEAR = {
    "town_segment": Caption("同乡镇同环节", "same town and segment"),
    "town": Caption("同乡镇", "same town"),
    "segment": Caption("同环节", "same segment"),
}


def gaps(cov: Coverage, *, include_unknown: bool = False, lang: Language | None = None) -> "pd.DataFrame":
    """List the gaps: key candidates first, then those that may be, and within each most women employees first.

    Columns `rank, unit, name, town, chain, segment, key_candidate, women_employees, women_employees_bound, preparing,
    reason, mode, with, partners, why, nearest, nearest_by`; several towns or segments are joined by 、. `reason` says
    why it is a gap. `mode` is the recommended one, the first of own, party_led, joint, hosted whose precondition holds
    (null: none does); `with` names the base, owner, place or host, and `partners` counts the other gaps there; `why`
    says why that mode, or what bars each. `nearest` names existing women's organisations, `nearest_by` by what they
    are near: town_segment, town, segment or the hops. With `include_unknown` the units of which it is not known follow,
    ranked alike. Codes become texts with `lang`; what bars the modes is a text in any case.
    """
    found = openings(cov, include_unknown=include_unknown)
    table = found.targets
    unknown = pc.equal(table["status"], "unknown")
    refused = pc.is_in(table["stated"], value_set=pa.array(["no", "preparing"]))
    stated = pc.if_else(refused, table["stated"], "closed_scope")
    reason = pc.if_else(unknown, "unknown", stated)
    columns = {"rank": pa.array(np.arange(1, len(table) + 1)), "unit": table["id"], "name": table["name"]}
    columns |= {by: named_places(cov, pa.chunked_array(table["id"]), by) for by in ("town", "chain", "segment")}
    columns |= {name: table[name] for name in SHOWN}
    columns["reason"] = reason if lang is None else _told(reason, lang)
    columns |= _recommended(cov, found, lang) | _nearest(cov, found, lang)
    return frame(pa.table(columns))


def _told(reasons: pa.ChunkedArray, lang: Language) -> pa.Array:
    texts = pa.array([text[lang] for text in REASONS.values()], TEXT)
    return texts.take(pc.index_in(reasons, value_set=pa.array(list(REASONS))))


def _recommended(cov: Coverage, found: Openings, lang: Language | None) -> dict[str, Any]:
    """Return for each gap the mode, with whom, how many others are there, and why."""
    size = len(found.targets)
    ground: list[str | None] = [None] * size
    shared: list[tuple[str, int] | None] = [None] * size
    # From the last choice to the first, so that the first stands in the end.
    for table in reversed(found.hosted.values()):
        _shared(ground, shared, "host", table, 1)
    for around, table in reversed(found.joint.items()):
        _shared(ground, shared, around, table, 2)
    for mode, flags in reversed(found.alone.items()):
        for number in numbers_of(flags).tolist():
            ground[number], shared[number] = mode, None
    keys = [key for told in shared if told for key in told[0].split(SEPARATOR)]
    names = names_of(cov.graph, keys)
    bars = told_bars(cov, found, np.array([n for n in range(size) if ground[n] is None], np.int64), lang or "en")
    modes = (
        {told: told for told in MODES} | dict.fromkeys(("base", "owner", "town_segment"), "joint") | {"host": "hosted"}
    )
    chosen = [None if told is None else modes[told] for told in ground]
    captions = cov.graph.schema.captions
    return {
        "mode": pa.array([captions["mode", m].of(lang) if lang and m else m for m in chosen], TEXT),
        "with": pa.array([told and "·".join(names[key] for key in told[0].split(SEPARATOR)) for told in shared], TEXT),
        "partners": pa.array([told and told[1] - 1 for told in shared], pa.int64()),
        "why": pa.array(
            [bars[n] if told is None else GROUNDS[told].of(lang) if lang else told for n, told in enumerate(ground)],
            TEXT,
        ),
    }


def _shared(
    ground: list[str | None], shared: list[tuple[str, int] | None], around: str, table: pa.Table, least: int
) -> None:
    """Note who certainly is together with so many at least; of several groups the largest."""
    sure = table.filter(table["certain"])
    counted = dict(zip(*(c.to_pylist() for c in sure["key"].combine_chunks().value_counts().flatten()), strict=True))
    told = [
        (counted[key], key, unit) for unit, key in zip(*(sure[c].to_pylist() for c in ("unit", "key")), strict=True)
    ]
    for count, key, unit in sorted(told, key=lambda one: (one[0], one[1])):
        if count >= least:
            ground[unit], shared[unit] = around, (key, count)


def _nearest(cov: Coverage, found: Openings, lang: Language | None) -> dict[str, Any]:
    names, by = [], []
    for name, near in nearest_organisations(cov, found):
        hops = near if near is None or near in NEAR or not lang else f"{near} 步" if lang == "zh" else f"{near} hops"
        names.append(name)
        by.append(NEAR[near].of(lang) if lang and near in NEAR else hops)
    return {"nearest": pa.array(names, TEXT), "nearest_by": pa.array(by, TEXT)}
