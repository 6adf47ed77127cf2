"""Which questions would tell most: whose list, or whose phone call, shrinks the interval most (DEFINITIONS 7).

The value of information: an interval is as wide as units are unknown, and an answer makes each unit in its scope
covered or a gap. Questions are put in greedy order: each is worth what is still open when it is asked.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.askable import (
    DATASET,
    UNIT,
    Scopes,
    answering,
    kinds_of,
    narrow_first,
    scopes_of,
)
from graphkit.analysis.coverage import Coverage
from graphkit.analysis.openings import ranked
from graphkit.analysis.units import INDUSTRY_KINDS, Flags, codes_of
from graphkit.errors import DataError, SchemaError
from graphkit.graph.tables import TEXT, frame
from graphkit.names import nearest
from graphkit.schema import Caption, Language

if TYPE_CHECKING:
    import pandas as pd

Answering = dict[str, tuple[str, str | None]]
ROWS = pa.schema(
    [(name, TEXT) for name in ("kind", "id", "scope", "asked", "asked_id", "text")]
    + [(name, pa.int64()) for name in ("units", "unknown_units", "shrink")]
)
CAPTIONS = {
    "rank": Caption("序号", "rank"),
    "kind": Caption("范围类型", "kind"),
    "scope": Caption("范围", "scope"),
    "asked": Caption("问谁", "whom to ask"),
    "units": Caption("单位数", "units"),
    "unknown_units": Caption("其中不明", "unknown of them"),
    "shrink": Caption("可查清", "settled"),
    "shrink_share": Caption("收窄", "narrower by"),
    "unknown_before": Caption("问前不明", "unknown before"),
    "unknown_after": Caption("问后不明", "unknown after"),
    "width_before": Caption("问前区间宽", "width before"),
    "width_after": Caption("问后区间宽", "width after"),
    "text": Caption("问题", "question"),
}
UNIT_CAPTION, DATASET_CAPTION = Caption("单个单位", "unit"), Caption("台账", "dataset")
LISTS = Caption("{scope}的妇联组织完整名单", "the complete list of women's organisations of {scope}")
OF_DATASET = Caption(
    "“{scope}”所列单位的妇联组织完整名单", "the complete list of women's organisations of the units in {scope}"
)
CALL = Caption("{scope}是否已建妇联组织", "whether {scope} has a women's organisation")
# Whom to ask if the graph does not name anybody.
SOMEBODY = Caption("{scope}的妇联", "the women's federation of {scope}")
OF_INDUSTRY = Caption("{scope}的牵头单位", "whoever leads {scope}")
OF_SOURCE = Caption("“{scope}”的提供者", "whoever keeps {scope}")


def questions(
    cov: Coverage, by: str | Sequence[str] | None = None, *, top: int | None = None, lang: Language | None = None
) -> "pd.DataFrame":
    """List the questions that narrow the interval most, each worth what is open after those before it are answered.

    Columns `rank, kind, scope, id, asked, asked_id, units, unknown_units, shrink, shrink_share, unknown_before,
    unknown_after, width_before, width_after, text`: shares are of all units of the coverage. A question is for the
    complete list of a region, a chain or segment, a dataset, or for a single unit; `asked` is who can answer it.
    `shrink` is the most that an answer can settle: every unknown unit that certainly lies in the scope.
    At equal worth the narrower scope comes first, calls in the order of the gap list.

    Left out are those who would have to ask on: a region or dataset with unknown units in two or more regions below it
    (down to towns), a dataset or chain of all units; and chains and segments for which nobody in the graph answers.
    `by` asks only for some kinds (town, county, chain, segment, dataset, unit, ...), and for all of these; captions are
    understood. With `lang` kinds become captions; texts are English without it.
    Raises SchemaError for a kind that is none, DataError for a `top` that is no number from 1 on.
    """
    if top is not None and (type(top) is not int or top < 1):
        message = f"top is {top!r}, which is no whole number from 1 on"
        raise DataError(message, code="bad-limit", hint="Leave it out for all.", source=None, place=None, value=top)
    kinds = _kinds(cov, [by] if isinstance(by, str) else by)
    narrow = narrow_first(cov.graph.schema)
    every = scopes_of(cov)
    known = answering(cov, every.table)
    found = _chosen(every, kinds, narrow, None if by is not None else known)
    # A list that settles one unit is never better than a call.
    order, worth, open_ = _greedy(found, cov.count("unknown"), least=2 if UNIT in kinds else 1, most=top)
    lists = _lists(found.table.take(pa.array(order, pa.int64())), worth, known, lang)
    most = 0 if UNIT not in kinds else None if top is None else top - len(order)
    return _cumulated(cov, pa.concat_tables([lists, _calls(cov, open_, most, lang)]), lang)


def _kinds(cov: Coverage, by: Sequence[str] | None) -> set[str]:
    """Return what a `by` or its captions ask for; everything without it."""
    known = kinds_of(cov.graph)
    return set(known) if by is None else {_kind(cov, name, known) for name in by}


def _kind(cov: Coverage, by: str, known: list[str]) -> str:
    schema = cov.graph.schema
    own = {UNIT: UNIT_CAPTION, DATASET: DATASET_CAPTION}
    told = [by, *(schema.named(kind, by) for kind in ("tier", "term", "industry_kind"))]
    told += [name for name, caption in own.items() if by in (caption.zh, caption.en)]
    found = next((name for name in told if name in known), None)
    if found is None:
        hint = f"Did you mean {', '.join((nearest(by, known) or sorted(known))[:5])}?"
        raise SchemaError(f"{by!r} is nobody's list", code="unknown-choice", hint=hint, name=by)
    return found


def _chosen(found: Scopes, kinds: set[str], narrow_first: list[str], known: Answering | None) -> Scopes:
    """Keep the scopes of some kinds, those first that win ties.

    With `known` (who answers for what) without the composite ones, and without industries for which nobody answers.
    """
    table = found.table
    kept = np.asarray(pc.is_in(table["kind"], value_set=pa.array(sorted(kinds), TEXT)))
    if known is not None:
        answered = pc.is_in(table["id"], value_set=pa.array(sorted(known), TEXT))
        nobody = pc.and_(pc.is_in(table["kind"], value_set=pa.array(INDUSTRY_KINDS)), pc.invert(answered))
        kept &= ~np.asarray(table["composite"]) & ~np.asarray(nobody)
    # At equal worth whoever has least to look up comes first.
    narrow = pc.index_in(table["kind"], value_set=pa.array(narrow_first, TEXT))
    keys = {"units": table["units"], "kind": narrow, "name": table["name"], "id": table["id"]}
    order = np.asarray(pc.sort_indices(pa.table(keys), sort_keys=[(name, "ascending") for name in keys]))
    order = order[kept[order]]
    place = np.full(len(table), -1)
    place[order] = np.arange(len(order))
    scope = place[found.scope]
    return Scopes(table.take(pa.array(order)), scope[scope >= 0], found.unit[scope >= 0])


def _greedy(found: Scopes, unknown: int, *, least: int, most: int | None) -> tuple[list[int], list[int], Flags]:
    """Return the scopes in greedy order, what each settles (as long as that is `least`), and who is open after them.

    Lazy: what a scope would settle only shrinks, so that it is counted anew only when it comes to the top.
    """
    open_ = np.ones(unknown, np.bool_)
    by_scope, by_unit = np.argsort(found.scope, kind="stable"), np.argsort(found.unit, kind="stable")
    gains = np.bincount(found.scope, minlength=len(found.table))
    inside = np.concatenate([[0], np.cumsum(gains)])
    around = np.concatenate([[0], np.cumsum(np.bincount(found.unit, minlength=unknown))])
    heap = [(-int(gain), scope) for scope, gain in enumerate(gains)]
    heapify(heap)
    order: list[int] = []
    worth: list[int] = []
    while heap and -heap[0][0] >= least and (most is None or len(order) < most):
        gain, scope = heappop(heap)
        if -gain != gains[scope]:
            heappush(heap, (-int(gains[scope]), scope))
            continue
        members = found.unit[by_scope[inside[scope] : inside[scope + 1]]]
        settled = members[open_[members]]
        open_[settled] = False
        order.append(scope)
        worth.append(len(settled))
        for unit in settled.tolist():
            gains[found.scope[by_unit[around[unit] : around[unit + 1]]]] -= 1
    return order, worth, open_


def _lists(scopes: pa.Table, worth: list[int], known: Answering, lang: Language | None) -> pa.Table:
    """Return the questions for lists: whom to ask for what."""
    rows: list[dict[str, Any]] = []
    for scope, settled in zip(scopes.to_pylist(), worth, strict=True):
        kind, told = scope["kind"], {"scope": scope["name"] or scope["id"]}
        somebody = {DATASET: OF_SOURCE} | dict.fromkeys(INDUSTRY_KINDS, OF_INDUSTRY)
        name, asked = known.get(scope["id"], (_say(somebody.get(kind, SOMEBODY), told, lang), None))
        text = _say(OF_DATASET if kind == DATASET else LISTS, told, lang)
        row = {"kind": kind, "id": scope["id"], "asked": name, "asked_id": asked, "text": text} | told
        rows.append(row | {"units": scope["units"], "unknown_units": scope["unknown"], "shrink": settled})
    return pa.Table.from_pylist(rows, schema=ROWS)


def _calls(cov: Coverage, open_: Flags, most: int | None, lang: Language | None) -> pa.Table:
    """Return the calls to the units that are still open, those first that stand first in the gap list."""
    every = ranked(cov, include_unknown=True)
    units = every.filter(pc.equal(every["status"], "unknown"))
    own = cov.table.filter(pc.equal(cov.table["status"], "unknown"))["id"]
    units = units.filter(pa.array(open_[codes_of(units["id"], own)])).slice(0, most)
    names = pc.coalesce(units["name"], units["id"])
    texts = [_say(CALL, {"scope": name}, lang) for name in names.to_pylist()]
    columns = {"kind": pa.array([UNIT] * len(units), TEXT), "id": units["id"], "scope": names, "asked": names}
    columns |= {"asked_id": units["id"], "text": pa.array(texts, TEXT)}
    columns |= {name: pa.array(np.ones(len(units), np.int64)) for name in ("units", "unknown_units", "shrink")}
    return pa.table({name: columns[name] for name in ROWS.names}, schema=ROWS)


def _cumulated(cov: Coverage, rows: pa.Table, lang: Language | None) -> "pd.DataFrame":
    """Add how wide the interval is before and after each question."""
    shrink, total, unknown = rows["shrink"].to_numpy(), len(cov.table), cov.count("unknown")
    after = unknown - np.cumsum(shrink)
    before = after + shrink
    kinds = (
        rows["kind"]
        if lang is None
        else pa.array([_kind_caption(cov, k, lang) for k in rows["kind"].to_pylist()], TEXT)
    )
    columns = {"rank": pa.array(np.arange(1, len(rows) + 1)), "kind": kinds}
    columns |= {name: rows[name] for name in ("scope", "id", "asked", "asked_id", "units", "unknown_units", "shrink")}
    columns |= {"shrink_share": shrink / max(total, 1), "unknown_before": before, "unknown_after": after}
    columns |= {"width_before": before / max(total, 1), "width_after": after / max(total, 1), "text": rows["text"]}
    return frame(pa.table(columns))


def _kind_caption(cov: Coverage, kind: str, lang: Language) -> str:
    own = {UNIT: UNIT_CAPTION, DATASET: DATASET_CAPTION}
    captions = cov.graph.schema.captions
    found = own.get(kind) or next((captions[k, kind] for k in ("tier", "industry_kind") if (k, kind) in captions), None)
    return found.of(lang) if found else captions["node", "Region"].of(lang)


def _say(text: Caption, told: dict[str, str], lang: Language | None) -> str:
    return text.of(lang or "en").replace("{scope}", told["scope"])
