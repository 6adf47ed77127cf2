"""The sitting of `graphkit review --items`: what documents propose, item by item, with the words that say it."""

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphkit.cli.show import Lang, invented, line, print_json
from graphkit.errors import DataError, IdentityError
from graphkit.names import normalise

if TYPE_CHECKING:
    from graphkit.corrections.verdicts import Verdict
    from graphkit.corrections.waiting import Item
    from graphkit.graph.tables import Graph
    from graphkit.schema import Schema
    from graphkit.stores.base import Store

BATCH = 10  # verdicts written in one transaction: the record is assembled anew for each
LETTERS = "artezsq"
TEXTS = {
    Lang.zh: {
        "ask": "a 采纳 · r 不采纳 · t 改类型 · e 改两端 · z 撤回上一条 · s 跳过 · q 退出 > ",
        "again": "请输入 a、r、t、e、z、s 或 q。",
        "none": "没有待审的内容。",
        "done": "采纳 {accepted} 条，不采纳 {rejected} 条，跳过 {skipped} 条，还剩 {left} 条。",
        "type": "类型（回车不改）> ",
        "src": "起点（回车不改）> ",
        "dst": "终点（回车不改）> ",
        "refused": "未记录：{message}",
        "undone": "已撤回：{name}",
        "nothing": "本次还没有判断可撤回。",
        "no_ends": "这一条没有两端。",
        "no_type": "数字只能采纳或不采纳。",
        "statistic": "数字",
        "count": "数量",
        "waits": "另有 {count} 条读自材料的内容待审：graphkit review {store} --items",
        "reopened": "已退回待审。",
    },
    Lang.en: {
        "ask": "a accept · r reject · t change type · e change ends · z undo the last · s skip · q quit > ",
        "again": "Type a, r, t, e, z, s or q.",
        "none": "Nothing waits for review.",
        "done": "{accepted} accepted, {rejected} rejected, {skipped} skipped, {left} left.",
        "type": "type (enter: as it is) > ",
        "src": "from (enter: as it is) > ",
        "dst": "to (enter: as it is) > ",
        "refused": "Not kept: {message}",
        "undone": "Taken back: {name}",
        "nothing": "Nothing was decided in this sitting yet.",
        "no_ends": "This item has no ends.",
        "no_type": "A number can only be accepted or rejected.",
        "statistic": "number",
        "count": "count",
        "waits": "{count} items read from documents wait as well: graphkit review {store} --items",
        "reopened": "Back into review.",
    },
}


def list_items(store: "Store", name: str, top: int | None) -> None:
    """Print what waits as JSON."""
    from graphkit.corrections.waiting import proposed

    rows = proposed(store)
    print_json(store=name, items=len(rows), table=rows.head(top or len(rows)))


def tell_of_items(graph: "Graph", name: str, lang: Lang) -> None:
    """Say, after the pairs, that items wait too."""
    from graphkit.corrections.waiting import waiting

    if count := len(waiting(graph)):
        line(TEXTS[lang]["waits"].format(count=count, store=name))


@dataclass(slots=True)
class Sitting:
    """One person's answers: kept ten at a time and at the end, each with who and when."""

    store: "Store"
    lang: Lang
    by: str | None
    edition: str | None = None
    kept: list[tuple["Item", list["Verdict"]]] = field(default_factory=list)
    unwritten: list["Verdict"] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("accepted", "rejected", "skipped"), 0))
    graph: "Graph | None" = None
    open: set[str] | None = None

    def say(self, what: str, **told: object) -> None:
        line(self.text(what).format(**told))

    def text(self, what: str) -> str:
        return TEXTS[self.lang][what]

    @property
    def raw(self) -> "Graph":
        """The raw rows as the record holds them: read anew after each writing."""
        if self.graph is None:
            self.graph = self.store.raw()
        return self.graph

    @property
    def waits(self) -> set[str]:
        """What waits in the record, as it was last written."""
        from graphkit.corrections.waiting import waiting

        if self.open is None:
            self.open = {item.id for item in waiting(self.raw)}
        return self.open

    def run(self, items: list["Item"]) -> None:
        """Ask about each item; what an earlier answer settled is not asked."""
        number = 0
        while number < len(items):
            item = items[number]
            if self._settled(item):
                number += 1
                continue
            _show(self.raw.schema, item, f"{number + 1}/{len(items)}", self.lang)
            answer = self._answer()
            if answer == "q":
                break
            if answer == "z":
                number = self._undo(items, number)
                continue
            number += self._take(item, answer)
        self.flush()
        left = [item for item in items[number:] if not self._settled(item)]
        self.say("done", **self.counts, left=len(left))

    def _settled(self, item: "Item") -> bool:
        """Tell whether an answer on another item decided this one too: an edge goes, or holds, with its ends."""
        from graphkit.graph.verdicts import REJECTED

        status = {v.item: v.value for _, told in self.kept for v in told if v.property == "status"}
        ends = [status.get(end) for end in item.ends]
        if item.id in status or REJECTED in ends or item.id not in self.waits:
            return True
        return item.waits_for_its_ends and any(ends) and all(self._holds(end, status) for end in item.ends)

    def _holds(self, node: str, status: dict[str, str]) -> bool:
        from graphkit.corrections.verdicts import holds
        from graphkit.graph.verdicts import reviewed

        return node in status or holds(reviewed(self.raw), node)

    def _take(self, item: "Item", answer: str) -> int:
        """Keep an answer; return by how many items the sitting goes on."""
        from graphkit.corrections.verdicts import Verdict, accepting, amending
        from graphkit.graph.verdicts import REJECTED

        if answer == "s":
            self.counts["skipped"] += 1
            return 1
        if item.kind == "statistic" and answer in "te":
            self.say("no_type")
            return 0
        if answer == "e" and item.kind != "edge":
            self.say("no_ends")
            return 0
        try:
            if answer == "r":
                found = [Verdict(item.id, "status", REJECTED)]
            elif answer == "a":
                found = accepting(self.raw, item.id)
            else:
                changes = {name: self._typed(name) for name in (("type",) if answer == "t" else ("src", "dst"))}
                if not any(changes.values()):
                    return 0
                self.flush()  # an end may be what was accepted a moment ago
                found = amending(self.raw, item.id, changes)
        except (DataError, IdentityError) as error:
            self.say("refused", message=error)
            return 0
        found = [verdict for verdict in found if verdict not in self.unwritten]  # an end may be accepted already
        self.counts["rejected" if answer == "r" else "accepted"] += 1
        self.kept.append((item, found))
        self.unwritten += found
        if len(self.unwritten) >= BATCH or answer in "te":
            self.flush()  # what has another type or other ends takes other items along
        return 1

    def _undo(self, items: list["Item"], number: int) -> int:
        """Take the last answer back, and return to its item."""
        from graphkit.corrections.verdicts import reopen

        if not self.kept:
            self.say("nothing")
            return number
        item, found = self.kept.pop()
        rejected = any(v.item == item.id and v.value == "rejected" for v in found)
        self.counts["rejected" if rejected else "accepted"] -= 1
        if any(v in self.unwritten for v in found):
            self.unwritten = [v for v in self.unwritten if v not in found]
        else:
            reopen(self.store, *dict.fromkeys(v.item for v in found))
            self.graph = self.open = None
        self.say("undone", name=normalise(item.name))
        return next(n for n, other in enumerate(items) if other.id == item.id)

    def flush(self) -> None:
        """Write what was decided since the last writing."""
        from graphkit.corrections.hand import sign
        from graphkit.corrections.verdicts import REVIEWED, keep

        rows, self.unwritten = self.unwritten, []
        if rows:
            _, self.edition = keep(self.store, rows, sign(REVIEWED, self.by), sitting=self.edition)
            self.graph = self.open = None

    def _answer(self) -> str:
        """Read one answer; the end of the input is quitting."""
        while True:
            typed = _typed(self.text("ask"))
            if typed is None:
                return "q"
            if typed[:1].lower() in tuple(LETTERS):
                return typed[0].lower()
            self.say("again")

    def _typed(self, what: str) -> str | None:
        return _typed(self.text(what)) or None


def _show(schema: "Schema", item: "Item", count: str, lang: Lang) -> None:
    """Print an item: its type and name, the sentence with its words marked, where it stands, how sure it is."""
    # Names and sentences come from anywhere: what a terminal would obey is not printed.
    caption = schema.captions.get((item.kind, item.type))
    kind = caption.of(lang.value) if caption else TEXTS[lang]["statistic"]
    line(f"\n── {count} · {kind} · {item.confidence:.2f} · {normalise(item.source)} {normalise(item.place)}")
    if item.kind == "edge":
        types = [schema.caption("node", str(schema.type_of(end)), lang.value) for end in item.ends]
        ends = [f"{normalise(name)}（{of_type}）" for name, of_type in zip(item.names, types, strict=True)]
        line(f"{ends[0]}  —{kind}→  {ends[1]}")
    else:
        line(normalise(item.name))
    for name, value in item.properties:
        named = schema.captions.get((item.type, name)) or schema.captions.get(("property", name))
        word = named.of(lang.value) if named else name
        word = TEXTS[lang]["count"] if name == "count" and item.kind == "node" else word
        line(f"   {word}: {normalise(value)}")
    if item.span:
        first, last = item.span
        before, words, after = item.sentence[:first], item.sentence[first:last], item.sentence[last:]
        line(f"   {normalise(before)}【{normalise(words)}】{normalise(after)}")


def _typed(prompt: str) -> str | None:
    """Read a line, from a terminal or a pipe; None at the end of the input."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    typed = sys.stdin.readline()
    if not sys.stdin.isatty():
        line()
    return typed.strip() if typed else None


def review_items(store: "Store", options: tuple[str | None, int | None], lang: Lang) -> None:
    """Ask about what waits, one after another; quitting and Ctrl-C keep what was decided."""
    from graphkit.corrections.waiting import waiting

    by, top = options
    sitting = Sitting(store, lang, by)
    invented(sitting.raw, lang)
    items = waiting(sitting.raw)[:top]
    if not items:
        sitting.say("none")
        return
    try:
        sitting.run(items)
    finally:
        sitting.flush()


def reopen_item(store: "Store", item: str, lang: Lang) -> None:
    """Put an item back into review."""
    from graphkit.corrections.verdicts import reopen

    reopen(store, item)
    line(TEXTS[lang]["reopened"])
