"""The gaps, ranked by whom to go to first (DEFINITIONS 7)."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.rates import named_places
from graphkit.graph.tables import TEXT, frame
from graphkit.schema import Language

if TYPE_CHECKING:
    import pandas as pd

SHOWN = ("key_candidate", "women_employees", "women_employees_bound", "preparing")
FIRST = ("yes", "unknown", "no")
REASONS: dict[str, dict[Language, str]] = {
    "preparing": {"zh": "筹建中，尚未成立", "en": "being prepared, not founded yet"},
    "no": {"zh": "上报未成立", "en": "reported as having none"},
    "closed_scope": {"zh": "所在范围的名册已列全，其中没有", "en": "absent from a list that is complete for its place"},
    "unknown": {"zh": "情况不明", "en": "not known"},
}


def gaps(cov: Coverage, *, include_unknown: bool = False, lang: Language | None = None) -> "pd.DataFrame":
    """List the gaps: key candidates first, then those that may be, and within each most women employees first.

    Columns `rank, unit, name, town, chain, segment, key_candidate, women_employees, women_employees_bound, preparing,
    reason`; several towns or segments are joined by 、. With `include_unknown` the units of which it is not known
    follow, ranked alike. `reason` is a code, or with `lang` a text.
    """
    wanted = ["gap", "unknown"] if include_unknown else ["gap"]
    table = cov.table.filter(pc.is_in(cov.table["status"], value_set=pa.array(wanted)))
    unknown = pc.equal(table["status"], "unknown")
    refused = pc.is_in(table["stated"], value_set=pa.array(["no", "preparing"]))
    stated = pc.if_else(refused, table["stated"], "closed_scope")
    reason = pc.if_else(unknown, "unknown", stated)
    table = table.append_column("reason", reason).append_column("open", unknown)
    table = table.append_column("first", pc.index_in(table["key_candidate"], value_set=pa.array(FIRST)))
    # Head counts that are not known come last, not as 0.
    heads = pc.subtract(-1, pc.fill_null(table["women_employees"], -1))
    table = table.append_column("heads", heads)
    order = ["open", "first", "heads", "name", "id"]
    table = table.sort_by([(name, "ascending") for name in order])
    columns = {"rank": pa.array(np.arange(1, len(table) + 1)), "unit": table["id"], "name": table["name"]}
    columns |= {by: named_places(cov, table["id"], by) for by in ("town", "chain", "segment")}
    columns |= {name: table[name] for name in SHOWN}
    columns["reason"] = table["reason"] if lang is None else _told(table["reason"], lang)
    return frame(pa.table(columns))


def _told(reasons: pa.ChunkedArray, lang: Language) -> pa.Array:
    texts = pa.array([text[lang] for text in REASONS.values()], TEXT)
    return texts.take(pc.index_in(reasons, value_set=pa.array(list(REASONS))).combine_chunks())
