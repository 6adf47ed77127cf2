"""What a new edition of a list changed, told to a person or a program, and asked about one by one."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

from graphkit.cli.review import FINDINGS_ZH
from graphkit.cli.show import Lang, line
from graphkit.errors import GraphkitError
from graphkit.names import normalise

if TYPE_CHECKING:
    from graphkit.build import OnVanished
    from graphkit.graph.editions import Changes, Likely, Vanished
    from graphkit.loaders.report import LoadReport
    from graphkit.schema import Schema

MOST_SHOWN = 20


class Vanish(StrEnum):
    """What becomes of that which a new edition no longer lists."""

    keep = "keep"
    end = "end"
    ask = "ask"


REASONS_ZH = {"near": "相近"}
TEXTS = {
    Lang.zh: {
        "head": "{dataset} {edition} 与 {before} 相比：沿用 {matched}，新增 {new}，更名 {renamed}，未再列入 {vanished}",
        "renamed": "更名（{count}）",
        "new": "新增（{count}）",
        "vanished": "未再列入（{count}）",
        "likely": "可能现名：{name}（{reasons}）",
        "edges": "不再有的关系：{told}",
        "ended": "已记终止于 {date}：{told}",
        "kept": "以上只列出，库中未改；--on-vanished end 记其终止，ask 逐个询问。",
        "more": "另有 {count} 个",
        "no_edition": "（无期次）",
        "ask": "{name}（{type}）未再列入。{choices}",
        "ask_edges": "{type}关系有 {count} 条不再列出，两端仍在。{choices}",
        "choices": "k 保留，e 终止",
        "number": "序号 = 同一单位",
        "again": "请回答 k、e 或列出的序号。",
        "nodes": "{count} 个节点",
        "code": "代码相同",
        "key": "编号相同",
        "decision": "人工判断",
        "parts": "名称各部分相符",
        "comma": "，",
    },
    Lang.en: {
        "head": "{dataset} {edition} against {before}: {matched} matched, {new} new, {renamed} renamed, "
        "{vanished} vanished",
        "renamed": "renamed ({count})",
        "new": "new ({count})",
        "vanished": "no longer listed ({count})",
        "likely": "may now be called {name} ({reasons})",
        "edges": "relations no longer listed: {told}",
        "ended": "ended as of {date}: {told}",
        "kept": "This is a list only, nothing is changed; --on-vanished end states their end, ask asks about each.",
        "more": "{count} more",
        "no_edition": "(no edition)",
        "ask": "{name} ({type}) is no longer listed. {choices}",
        "ask_edges": "{count} {type} relations are no longer listed, though both ends are. {choices}",
        "choices": "k keep, e end",
        "number": "a number = it is that one",
        "again": "Answer k, e, or a number of the list.",
        "nodes": "nodes {count}",
        "code": "same code",
        "key": "same key",
        "decision": "decided by hand",
        "parts": "the parts of the names agree",
        "comma": ", ",
    },
}


def edition_findings(reports: Iterable["LoadReport"]) -> list[dict[str, Any]]:
    """Return what each edition changed, for JSON; what has no edition before it is left out."""
    return [_findings(report, report.changes) for report in reports if report.changes]


def _findings(report: "LoadReport", told: "Changes") -> dict[str, Any]:
    return {
        "dataset": report.dataset,
        "edition": report.edition,
        "baseline": told.baseline["edition"],
        "matched": told.matched,
        "new": [asdict(node) for node in told.new],
        "renamed": [asdict(node) for node in told.renamed],
        "vanished": [
            {"id": node.id, "type": node.type, "name": node.name, "ended": node.ended}
            | {
                "likely": [
                    {"id": r.id, "name": r.name, "score": r.score, "reasons": {**r.reasons}} for r in node.likely
                ]
            }
            for node in told.vanished
        ],
        "vanished_edges": told.vanished_edges,
        "ended_edges": dict(told.ended_edges),
    }


def show_edition(report: "LoadReport", schema: "Schema", lang: Lang) -> None:
    """Print what an edition changed against the list before it."""
    told, say = report.changes, TEXTS[lang]
    if told is None:
        return
    counts = {"matched": told.matched} | {n: len(getattr(told, n)) for n in ("new", "renamed", "vanished")}
    editions = {"edition": report.edition or say["no_edition"], "before": told.baseline["edition"] or say["no_edition"]}
    line("\n" + say["head"].format(dataset=report.dataset, **editions, **counts))
    _listed(
        say["renamed"].format(count=len(told.renamed)),
        [f"{_plain(node.old)} → {_plain(node.new)} · {say[node.reason]}" for node in told.renamed],
        say,
    )
    _listed(say["new"].format(count=len(told.new)), [_plain(node.name) for node in told.new], say)
    _listed(
        say["vanished"].format(count=len(told.vanished)), [_told(node, schema, lang) for node in told.vanished], say
    )
    if told.edges:
        line(say["edges"].format(told=_counted(told.vanished_edges, schema, lang)))
    _settled(told, schema, lang)


def _settled(told: "Changes", schema: "Schema", lang: Lang) -> None:
    """Say what was ended, or that nothing was."""
    say = TEXTS[lang]
    ended = sum(node.ended for node in told.vanished)
    if ended or told.ended_edges:
        parts = [say["nodes"].format(count=ended)] if ended else []
        parts += [_counted(told.ended_edges, schema, lang)] if told.ended_edges else []
        line(say["ended"].format(date=told.date, told=say["comma"].join(parts)))
    elif told.vanished or told.edges:
        line(say["kept"])


def _plain(name: str) -> str:
    """Names come from anywhere: what a terminal would obey is not printed."""
    return normalise(name)


def _listed(title: str, texts: list[str], say: Mapping[str, str]) -> None:
    if not texts:
        return
    line(title)
    for text in texts[:MOST_SHOWN]:
        line(f"  {text}")
    if len(texts) > MOST_SHOWN:
        line(f"  … {say['more'].format(count=len(texts) - MOST_SHOWN)}")


def _told(node: "Vanished", schema: "Schema", lang: Lang) -> str:
    named = f"{_plain(node.name)} · {schema.caption('node', node.type, lang.value)}"
    return "\n    ".join([named, *(_likely(rename, lang) for rename in node.likely)])


def _likely(rename: "Likely", lang: Lang) -> str:
    words = FINDINGS_ZH | REASONS_ZH if lang is Lang.zh else {}
    reasons = [f"{words.get(name, name)}{words.get(found, ' ' + found)}" for name, found in rename.reasons.items()]
    return TEXTS[lang]["likely"].format(name=_plain(rename.name), reasons=TEXTS[lang]["comma"].join(reasons))


def _counted(counts: Mapping[str, int], schema: "Schema", lang: Lang) -> str:
    told = (f"{schema.caption('edge', kind, lang.value)} {count}" for kind, count in counts.items())
    return TEXTS[lang]["comma"].join(told)


def chosen(choice: Vanish, schema: "Schema", lang: Lang) -> "OnVanished":
    """Return what `load` does with what vanished; to ask about each one, a terminal is needed."""
    if choice is not Vanish.ask:
        return "end" if choice is Vanish.end else "keep"
    if not sys.stdin.isatty():
        message = "--on-vanished ask needs a terminal, and the input is none"
        raise GraphkitError(message, code="no-terminal", hint="Say --on-vanished keep or --on-vanished end.")
    return lambda node: _asked(node, schema, lang)


def _asked(node: "Vanished", schema: "Schema", lang: Lang) -> str:
    say = TEXTS[lang]
    for number, rename in enumerate(node.likely, 1):
        line(f"  {number}  {_likely(rename, lang)}")
    choices = say["comma"].join([say["choices"], *([say["number"]] if node.likely else [])])
    text, kind = ("ask", "node") if node.id else ("ask_edges", "edge")
    caption = schema.caption(kind, node.type, lang.value)
    question = say[text].format(name=_plain(node.name), type=caption, count=node.count, choices=choices)
    while True:
        found = _meant(str(typer.prompt(question, default="k")), node)
        if found:
            return found
        line(say["again"])


def _meant(typed: str, node: "Vanished") -> str | None:
    answer = typed.strip().lower()
    if answer[:1] in ("k", "e"):
        return "keep" if answer[0] == "k" else "end"
    number = int(answer) if answer.isdecimal() else 0
    return node.likely[number - 1].id if 0 < number <= len(node.likely) else None
