"""What a push, a pull and a diff are told to a person: a line for each type that differs, and who it is about."""

from collections.abc import Hashable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from graphkit.cli.show import Lang, bounded, captioned, cell, line, shortened, table
from graphkit.graph.tables import ASSEMBLED_COLUMNS
from graphkit.names import normalise

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.schema import Schema
    from graphkit.stores.neo4j.changes import Example, PushPlan
    from graphkit.stores.neo4j.into import Pulled
    from graphkit.stores.neo4j.push import PushReport

# What stands behind the elements of the graph: the schema has no captions for it.
BEHIND = ("Source", "Evidence", "Statistic", "Decision", "RawRows", "FROM", "ABOUT")
HEADERS: dict[str, dict[Lang, str]] = {
    "type": {Lang.zh: "类型", Lang.en: "type"},
    "sent": {Lang.zh: "库中", Lang.en: "here"},
    "created": {Lang.zh: "新增", Lang.en: "add"},
    "updated": {Lang.zh: "更改", Lang.en: "change"},
    "sourced": {Lang.zh: "其中只换来源", Lang.en: "only sources"},
    "moved": {Lang.zh: "换编号", Lang.en: "other id"},
    "pruned": {Lang.zh: "删除", Lang.en: "remove"},
    "unchanged": {Lang.zh: "不变", Lang.en: "same"},
    "orphans": {Lang.zh: "缺一端", Lang.en: "lacks an end"},
    "kept": {Lang.zh: "为他人保留", Lang.en: "kept for others"},
    "left": {Lang.zh: "仅服务器有", Lang.en: "only there"},
    "foreign": {Lang.zh: "他人所写", Lang.en: "of others"},
    "elements": {Lang.zh: "取回", Lang.en: "pulled"},
    "difference": {Lang.zh: "差别", Lang.en: "difference"},
    "property": {Lang.zh: "属性", Lang.en: "property"},
    "there": {Lang.zh: "服务器上", Lang.en: "on the server"},
    "here": {Lang.zh: "库中", Lang.en: "here"},
}
# What --with-coverage notes on units, and where the captions of its values are.
NOTED = {
    "coverage": {Lang.zh: "覆盖情况", Lang.en: "coverage"},
    "coverage_mode": {Lang.zh: "覆盖方式", Lang.en: "mode of coverage"},
    "coverage_rule": {Lang.zh: "覆盖规则", Lang.en: "rule of coverage"},
}
CODED_AS = {"coverage": "term", "coverage_mode": "mode", "key_candidate": "term"}
ALWAYS = ("type", "sent", "created", "updated", "unchanged")
WORDS = {
    "create": {Lang.zh: "新增", Lang.en: "add"},
    "update": {Lang.zh: "更改", Lang.en: "change"},
    "move": {Lang.zh: "换编号", Lang.en: "other id"},
    "prune": {Lang.zh: "删除", Lang.en: "remove"},
    "keep": {Lang.zh: "为他人保留", Lang.en: "keep for others"},
    "orphan": {Lang.zh: "缺一端", Lang.en: "lacks an end"},
    "only here": {Lang.zh: "只在库中", Lang.en: "only here"},
    "only there": {Lang.zh: "只在服务器上", Lang.en: "only there"},
    "differs": {Lang.zh: "值不同", Lang.en: "differs"},
    "moved": {Lang.zh: "编号不同", Lang.en: "another id"},
}
STAYS = ("keep", "orphan")  # what a push did not do is told of by name afterwards too
SAY = {
    Lang.zh: {
        "total": "合计",
        "behind": "来源与依据",
        "others": "其余 {} 类",
        "empty": "（空）",
        "home": "敏感属性留在本地，不推送：{}（要推送须逐个点名，如 --sensitive {}）",
        "needs_force": "要删除的超过 graphkit 所写的五分之一，不会照做；确要如此，请加 --force。",
        "left": "仅服务器有的未删；--prune 删除。",
        "rate": "用时 {:.1f} 秒，每秒 {:,} 项；服务器版次 {}",
        "same": "{} 与 {} 一致。",
        "differs": "{} 与 {} 有 {:,} 处不同：{}",
        "sources": "另有 {:,} 处只是来源不同。",
        "unseen": "另有 {:,} 处不同在来源与依据（--json 全列）。",
        "more": "另有 {:,} 处未列出；--top 多列，--json 全列。",
        "unfinished": "! 服务器上有一次推送尚未完成，取回的可能新旧混杂；推送完成后再取一次。",
        "unknown": "他人在这些节点和关系上添加的属性，未取回：{}",
        "kept": "→ {}（他人添加的属性值）",
        "comma": "，",
        "list": "、",
        "colon": "：",
        "bound": "（精确程度）",
    },
    Lang.en: {
        "total": "total",
        "behind": "sources and evidence",
        "others": "{} other types",
        "empty": "(none)",
        "home": "Sensitive properties stay at home: {} (to send one, name it: --sensitive {})",
        "needs_force": "More than a fifth of what graphkit wrote would be removed: refused unless you say --force.",
        "left": "What only the server has is left there; --prune removes it.",
        "rate": "{:.1f} seconds, {:,} elements a second; the server is at revision {}",
        "same": "{} and {} are equal.",
        "differs": "{} and {} differ in {:,} places: {}",
        "sources": "{:,} others differ only in their sources.",
        "unseen": "{:,} more differences are in sources and evidence (--json lists all).",
        "more": "{:,} more are not shown; --top shows more, --json all.",
        "unfinished": "! A push to the server is not finished: old and new may be mixed; pull again when it is.",
        "unknown": "Properties that others added to these nodes and relationships, not pulled: {}",
        "kept": "→ {} (the values that others added)",
        "comma": ", ",
        "list": ", ",
        "colon": ": ",
        "bound": " (how exact)",
    },
}


def show_push(told: "PushPlan | PushReport", schema: "Schema", title: str, lang: Lang) -> None:
    """Print what a push did, or would do: a sentence, a line for each type that changes, and examples."""
    from graphkit.stores.neo4j.push import PushReport

    done = told if isinstance(told, PushReport) else None
    plan, say = told.plan if isinstance(told, PushReport) else told, SAY[lang]
    line(plan.text(lang.value, done=done is not None))
    if plan.changes or any(counts.orphans for counts in plan.types):
        line(f"\n{title}")
        table(_counted(plan.frame.drop(columns="kind"), schema, lang))
        for text in _examples(plan, STAYS if done else tuple(WORDS), schema, lang):
            line(text)
    if plan.needs_force:
        line(say["needs_force"])
    if any(counts.left for counts in plan.types):
        line(say["left"])
    if plan.home:
        names = say["list"].join(f"{_property(schema, name, lang)} {name}" for name in plan.home)
        line(say["home"].format(names, plan.home[0]))
    if done:
        line(say["rate"].format(done.seconds, int(done.rate), done.revision))


def _counted(rows: "pd.DataFrame", schema: "Schema", lang: Lang) -> "pd.DataFrame":
    """Say the counts by type with their sum: types that do not differ in one line, what stands behind in another."""
    import pandas as pd

    quiet = ["type", "sent", "unchanged", "foreign", "elements"]
    differs = rows.drop(columns=quiet, errors="ignore").any(axis="columns")
    behind = rows["type"].isin(BEHIND)
    own, others = rows[differs & ~behind], rows[~differs & ~behind]
    if "sent" not in rows.columns:
        own, others = rows[~behind], rows[:0]
    groups = [(SAY[lang]["others"].format(len(others)), others), (SAY[lang]["behind"], rows[behind])]
    sums = [_sum(name, group) for name, group in [*groups, (SAY[lang]["total"], rows)] if len(group)]
    shown = pd.concat([own, pd.DataFrame(sums)], ignore_index=True)
    return _said(shown[[n for n in shown.columns if n in ALWAYS or shown[n].any()]], schema, lang)


def _sum(name: str, rows: "pd.DataFrame") -> dict[Hashable, Any]:
    return {"type": name, **rows.drop(columns="type").sum().to_dict()}


def _said(rows: "pd.DataFrame", schema: "Schema", lang: Lang) -> "pd.DataFrame":
    """Say a frame of counts or differences in a person's language."""
    shown = captioned(schema, rows, lang)
    if "difference" in rows.columns:
        shown["difference"] = [WORDS[word][lang] for word in rows["difference"]]
    return shown.rename(columns={name: words[lang] for name, words in HEADERS.items()})


def _examples(plan: "PushPlan", actions: tuple[str, ...], schema: "Schema", lang: Lang) -> Iterator[str]:
    """Say who changes, a few of each kind; what stands behind the elements is only counted."""
    told = [e for e in plan.examples if e.type not in BEHIND and e.property not in ASSEMBLED_COLUMNS]
    told = [e for e in told if e.action in actions]
    say, order = SAY[lang], list(WORDS)
    told.sort(key=lambda e: order.index(e.action))
    for (action, kind), rows in groupby(told, lambda e: (e.action, e.type)):
        listed = list(rows)
        head = f"{WORDS[action][lang]} {_type(schema, kind, lang)}"
        if action == "update":
            yield from (f"{head} {_update(list(own), schema, lang)}" for _, own in groupby(listed, lambda e: e.id))
            continue
        names = say["list"].join(dict.fromkeys(_name(example) for example in listed))
        counts = next(counts for counts in plan.types if counts.type == kind)
        number = {"create": counts.created, "move": counts.moved, "prune": counts.pruned, "keep": counts.kept}
        count = number.get(action, counts.orphans)
        yield f"{head} {count:,}{say['colon']}{names}{' …' if count > len(listed) else ''}"


def _name(example: "Example") -> str:
    """Name an element; names come from anywhere: what a terminal would obey is not printed."""
    return str(shortened(normalise(example.name or example.id), 60))


def _update(changes: "list[Example]", schema: "Schema", lang: Lang) -> str:
    """Say what changes of one element; a head count stands with its bound."""
    say, by_property = SAY[lang], {example.property or "": example for example in changes}
    told = []
    for name, example in by_property.items():
        base, bound = name.removesuffix("_bound"), by_property.get(f"{name}_bound")
        if base != name and base in by_property:
            continue
        caption = _caption(schema, base, lang) + (say["bound"] if base != name else "")
        both = [(example.old, bound and bound.old), (example.new, bound and bound.new)]
        old, new = (_value(schema, "bound" if base != name else name, pair, lang) for pair in both)
        told.append(f"{caption} {old} → {new}")
    return f"{_name(changes[0])}{say['colon']}{say['comma'].join(told)}"


def _value(schema: "Schema", prop: str, told: tuple[Any, Any], lang: Lang) -> str:
    value, bound = told
    if value is None or value == []:
        return SAY[lang]["empty"]
    if bound:
        return bounded(value, bound)
    caption = schema.captions.get((CODED_AS.get(prop, prop), value)) if isinstance(value, str) else None
    return caption.of(lang.value) if caption else str(shortened(normalise(cell(value)), 40))


def _type(schema: "Schema", name: str, lang: Lang) -> str:
    return schema.caption("node" if name in schema.nodes else "edge", name, lang.value)


def _caption(schema: "Schema", name: str, lang: Lang) -> str:
    if name in NOTED:
        return NOTED[name][lang]
    found = (schema.captions.get((kind, name)) for kind in ("property", "term"))
    return next((caption.of(lang.value) for caption in found if caption), name)


def _property(schema: "Schema", name: str, lang: Lang) -> str:
    """Say Type.property."""
    owner, _, prop = name.partition(".")
    return f"{_type(schema, owner, lang)}·{_caption(schema, prop, lang)}"


def show_pull(told: "Pulled", schema: "Schema", title: str, lang: Lang) -> None:
    """Print what a pull brought, and what of the server it left."""
    say, report = SAY[lang], told.report
    line(told.text(lang.value))
    line(f"\n{title}")
    order = {name: place for place, name in enumerate([*schema.nodes, *schema.edges])}
    table(_counted(told.frame.sort_values("type", key=lambda names: names.map(order)), schema, lang))
    if report.unfinished:
        line(say["unfinished"])
    if len(report.unknown):
        names = (f"{row['type']}.{row['property']} ({row['elements']:,})" for row in report.unknown.to_pylist())
        line(say["unknown"].format(say["list"].join(names)))


def show_diff(rows: "pd.DataFrame", schema: "Schema", sides: tuple[str, str], how: tuple[int, Lang]) -> None:
    """Print where a store and a server differ: what a person reads first, the provenance in numbers."""
    top, lang = how
    say = SAY[lang]
    if not len(rows):
        line(say["same"].format(*sides))
        return
    behind = rows["type"].isin(BEHIND)
    sources = ~behind & rows["property"].isin(list(ASSEMBLED_COLUMNS))
    own = rows[~behind & ~sources]
    told = say["comma"].join(_numbers(own["difference"].value_counts().to_dict(), lang))
    line(say["differs"].format(*sides, len(own), told or say["empty"]))
    if len(own):
        shown = own.drop(columns="id").head(top)
        shown["property"] = [_caption(schema, p, lang) if isinstance(p, str) else "" for p in shown["property"]]
        table(_said(shown, schema, lang))
    notes = {"more": len(own) - top, "sources": int(sources.sum()), "unseen": int(behind.sum())}
    for name, count in notes.items():
        if count > 0:
            line(say[name].format(count))


def _numbers(counts: Mapping[Hashable, int], lang: Lang) -> list[str]:
    return [f"{WORDS[str(word)][lang]} {count:,}" for word, count in counts.items()]
