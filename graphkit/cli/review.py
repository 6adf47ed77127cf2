"""`graphkit review`: who is one with whom, pair by pair, decided by a person and kept in the store.

With `--items` (cli/items.py): what was read from documents and is not sure.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.items import list_items, reopen_item, review_items, tell_of_items
from graphkit.cli.options import TopOption
from graphkit.cli.show import JsonOption, Lang, LangOption, StoreArgument, captioned, invented, line, print_json, table
from graphkit.cli.stores import open_store
from graphkit.errors import IdentityError
from graphkit.names import normalise

if TYPE_CHECKING:
    from graphkit.graph.tables import Graph
    from graphkit.identity.reviews import Review
    from graphkit.stores.base import Store

BATCH = 10  # decisions written in one transaction: the record is assembled anew for each
ANSWERS = {"a": "same", "r": "different", "u": "unsure"}
TEXTS = {
    Lang.zh: {
        "ask": "a 是同一个 · r 不是 · u 不确定 · s 跳过 · q 退出 > ",
        "none": "没有待定的名称对。",
        "done": "已记录 {decided} 条判断，跳过 {skipped} 对，还剩 {left} 对。",
        "refused": "未记录：{message}",
        "again": "请输入 a、r、u、s 或 q。",
        "places": "所在地",
        "codes": "代码",
        "evidence": "出处",
        "undone": "已撤回这条判断。",
    },
    Lang.en: {
        "ask": "a accept: one · r reject: two · u unsure · s skip · q quit > ",
        "none": "No pair waits for a decision.",
        "done": "{decided} decisions kept, {skipped} pairs skipped, {left} left.",
        "refused": "Not kept: {message}",
        "again": "Type a, r, u, s or q.",
        "places": "place",
        "codes": "code",
        "evidence": "stated in",
        "undone": "The decision is taken back.",
    },
}
FINDINGS_ZH = {
    "code": "代码",
    "name": "名称",
    "region": "地区",
    "stem": "字号",
    "organisation_type": "组织形式",
    "organisation": "所在组织",
    "town": "所在地",
    "legal_person": "法定代表人",
    "equal": "一致",
    "alias": "别名相同",
    "short": "简称",
    "prefix": "字号为其开头",
    "wording": "有限／有限责任之别",
    "elliptical": "省略地名",
    "group": "集团与公司",
    "other form": "组织形式不同",
    "subsequence": "用字依次包含",
    "unstated": "未写明",
    "contradicts": "不一致",
    "context": "上下文",
    "ambiguous": "不止一个相符",
}


def review(
    store: StoreArgument,
    *,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who decides; kept with each decision.")
    ] = None,
    items: Annotated[
        bool, typer.Option("--items", help="Decide on what was read from documents, instead of on pairs.")
    ] = False,
    top: TopOption = None,
    reopen: Annotated[
        str | None, typer.Option("--reopen", metavar="ITEM", help="Put an item that was decided back into review.")
    ] = None,
    undo: Annotated[
        tuple[str, str] | None, typer.Option("--undo", metavar="LEFT RIGHT", help="Take back a decision on two ids.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write the decisions as CSV; load reads it.")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Decide pair by pair what is one: accept, reject, unsure, skip, quit; what is decided is not asked again.

    With --items, what documents propose: accept, reject, change the type or the ends, undo, skip, quit.
    Decisions are kept ten at a time and at the end, so that quitting loses nothing. With --json, list what waits.

    Example: graphkit review county.duckdb --by 王芳
    """
    with open_store(store) as opened:
        if reopen:
            reopen_item(opened, reopen, lang)
            return
        if undo or export:
            _keep(opened, undo, export, lang)
            return
        if items:
            if as_json:
                list_items(opened, store, top)
            else:
                review_items(opened, (by, top), lang)
            return
        graph = opened.read()
        if as_json:
            from graphkit.identity.reviews import reviews

            rows = reviews(graph)
            print_json(store=store, pairs=len(rows), decided=len(graph.decisions), table=rows.head(top or len(rows)))
            return
        _session(opened, graph, (by, top), lang)
        tell_of_items(graph, store, lang)


def _keep(store: "Store", undo: tuple[str, str] | None, export: Path | None, lang: Lang) -> None:
    from graphkit.exporters.decisions import export_decisions

    if undo:
        store.undo(*undo)
        line(TEXTS[lang]["undone"])
    if export:
        line(f"→ {export_decisions(store.read(), export)}")


def _session(store: "Store", graph: "Graph", options: tuple[str | None, int | None], lang: Lang) -> None:
    from graphkit.identity.reviews import pairs_to_decide

    invented(graph, lang)
    by, top = options
    pairs = pairs_to_decide(graph)[:top]
    if not pairs:
        line(TEXTS[lang]["none"])
        return
    skipped, seen = 0, 0
    with _kept(store, lang) as kept:
        for number, pair in enumerate(pairs, 1):
            _show(graph, pair, f"{number}/{len(pairs)}", lang)
            answer = _answer(lang)
            if answer == "q":
                break
            seen += 1
            if answer == "s":
                skipped += 1
                continue
            kept.add(_decision(pair, ANSWERS[answer], by))
    line(TEXTS[lang]["done"].format(decided=kept.written, skipped=skipped, left=len(pairs) - seen))


def _decision(pair: "Review", judgement: str, by: str | None) -> dict[str, Any]:
    told = {"left": pair.left.id, "right": pair.right.id, "judgement": judgement, "score": pair.judgement.score}
    reason = "; ".join(f"{name}: {found}" for name, found in pair.judgement.reasons.items())
    return told | {"reason": reason, "by": by, "at": date.today().isoformat()}


class _Kept:
    """Decisions on their way into the store: a contradiction costs one of them, never the others."""

    def __init__(self, store: "Store", lang: Lang) -> None:
        self.store, self.lang = store, lang
        self.waiting: list[dict[str, Any]] = []
        self.written = 0

    def add(self, decision: dict[str, Any]) -> None:
        self.waiting.append(decision)
        if len(self.waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        rows, self.waiting = self.waiting, []
        try:
            self._write(rows)
        except IdentityError:
            for row in rows:
                try:
                    self._write([row])
                except IdentityError as error:
                    line(TEXTS[self.lang]["refused"].format(message=error.message))

    def _write(self, rows: list[dict[str, Any]]) -> None:
        import pyarrow as pa

        from graphkit.graph.tables import DECISIONS

        if rows:
            self.store.decide(pa.Table.from_pylist(rows, schema=DECISIONS))
            self.written += len(rows)


@contextmanager
def _kept(store: "Store", lang: Lang) -> Iterator[_Kept]:
    """Keep what was decided, however the session ends: by the last pair, by quitting, or by Ctrl-C."""
    kept = _Kept(store, lang)
    try:
        yield kept
    finally:
        kept.flush()


def _answer(lang: Lang) -> str:
    """Read one answer, from a terminal or a pipe; the end of the input is quitting."""
    while True:
        sys.stdout.write(TEXTS[lang]["ask"])
        sys.stdout.flush()
        typed = sys.stdin.readline()
        if not sys.stdin.isatty():
            line()
        if not typed:
            return "q"
        answer = typed.strip().lower()[:1]
        if answer in (*ANSWERS, "s", "q"):
            return answer
        line(TEXTS[lang]["again"])


def _show(graph: "Graph", pair: "Review", count: str, lang: Lang) -> None:
    """Print a pair: the names, what stands beside them, where they are stated, and the score of each component."""
    import pandas as pd

    from graphkit.graph.evidence import evidence
    from graphkit.identity.judge import WORTH
    from graphkit.identity.profiles import place_name

    caption = graph.schema.captions["node", pair.left.type].of(lang.value)
    line(f"\n── {count} · {caption} · {pair.judgement.score:.2f}")
    for letter, profile in (("A", pair.left), ("B", pair.right)):
        # Names come from anywhere: what a terminal would obey is not printed.
        named = " = ".join(map(normalise, (*profile.names, *sorted(profile.aliases - {*profile.names}))))
        line(f"{letter}  {named}  ({profile.id})")
        beside = {"places": sorted(map(place_name, profile.towns)), "codes": sorted(code for _, code in profile.codes)}
        for name, told in beside.items():
            if told:
                line(f"   {TEXTS[lang][name]}: {normalise('、'.join(told))}")
        rows = evidence(graph, profile.id)
        for row in rows[rows["element"] == profile.id].head(4).itertuples():
            line(f"   {TEXTS[lang]['evidence']}: {normalise(str(row.source))} · {normalise(str(row.place))}")
    told_zh = FINDINGS_ZH if lang is Lang.zh else {}
    reasons = [
        {"component": told_zh.get(name, name), "finding": told_zh.get(told, told), "score": WORTH[told]}
        for name, told in pair.judgement.reasons.items()
    ]
    table(captioned(graph.schema, pd.DataFrame(reasons), lang))
