"""Why a unit is covered, a gap or unknown: reasons with their evidence, or what is missing (DEFINITIONS 7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.ruleset import Reason, Step
from graphkit.analysis.statements import statements
from graphkit.analysis.units import inside, matching, scopes, state
from graphkit.errors import IdentityError
from graphkit.graph.evidence import evidence, name_of
from graphkit.graph.tables import TEXT, frame
from graphkit.schema import Caption, Language

if TYPE_CHECKING:
    import pandas as pd

DOUBTS = {
    "date": Caption("在该日期只是可能有效", "only possibly in force at the date"),
    "confidence": Caption("可信度低于规则要求", "less sure than the rules ask for"),
    "planned": Caption("只是计划", "only planned"),
    "region": Caption("所在地区不明", "not known where one of them lies"),
    "group": Caption("是计数的群体，不是一个组织", "a counted group, not one organisation"),
    "place": Caption("不在同一地区，也不在上一级", "neither in one region nor one level above"),
    "outdated": Caption("有更新的“未成立”说明", "a newer statement says that there is none"),
}
SAID = {
    "yes": Caption("上报已成立", "reported as having one"),
    "no": Caption("上报未成立", "reported as having none"),
    "preparing": Caption("上报筹建中", "reported as being prepared"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """One statement of a source."""

    source: str
    date: str | None
    place: str | None
    quote: str | None

    def __str__(self) -> str:
        quote = f"“{self.quote}”" if self.quote else None
        return " ".join(part for part in (self.source, self.date, self.place, quote) if part)


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason of a unit, with the path as read and what supports each of its edges."""

    rule: Caption
    organisation: str | None
    mode: Caption | None
    path: Caption | None
    confidence: float
    doubt: str | None
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """The rule that came nearest to covering a unit, and what would have to be known or done."""

    rule: Caption
    fact: Caption


@dataclass(frozen=True, slots=True)
class Why:
    """Why a unit has its status; `text(lang)` tells it."""

    unit: str
    name: str
    type: Caption
    status: Caption
    grounds: tuple[Ground, ...]
    stated: Caption | None
    stated_in: Proof | None
    scopes: tuple[Proof, ...]
    missing: Missing | None
    conflict: bool
    basis: Caption

    def text(self, lang: Language = "zh") -> str:
        """Tell it in lines: status, reasons with evidence, statements against it, what is missing."""
        zh, colon = lang == "zh", "：" if lang == "zh" else ": "
        head = f"{self.name}（{self.type.zh}）：{self.status.zh}", f"{self.name} ({self.type.en}): {self.status.en}"
        lines = [head[0] if zh else head[1]]
        for number, ground in enumerate(self.grounds, 1):
            doubt = f" [{DOUBTS[ground.doubt].of(lang)}]" if ground.doubt else ""
            mode = f" ({ground.mode.of(lang)})" if ground.mode else ""
            lines.append(f"{number}. {ground.rule.of(lang)}{colon}{ground.organisation or '-'}{mode}{doubt}")
            lines += [f"   {ground.path.of(lang)}"] if ground.path else []
            lines += [f"   {'依据' if zh else 'source'}{colon}{proof}" for proof in ground.proofs]
        if self.stated is not None:
            lines.append(f"{self.stated.of(lang)}{colon}{self.stated_in}")
        lines += [f"{'名册已列全' if zh else 'complete list'}{colon}{scope}" for scope in self.scopes]
        if self.conflict:
            lines.append("说法不一" if zh else "statements contradict each other")
        if self.missing is not None:
            nearest, lacking = ("最接近的规则", "缺") if zh else ("nearest rule", "missing")
            fact = f"{lacking}{colon}{self.missing.fact.of(lang)}"
            lines.append(f"{nearest}{colon}{self.missing.rule.of(lang)}{'；' if zh else '; '}{fact}")
        return "\n".join([*lines, f"({self.basis.of(lang)})"])

    def __str__(self) -> str:
        return self.text("en")


def why(cov: Coverage, node: str) -> Why:
    """Explain the status of one unit (id, name or alias).

    Raises IdentityError for a name that is unknown or ambiguous, or if the node is not one of the units.
    """
    graph, unit = cov.graph, cov.graph.find(node)
    rows = cov.table.filter(pc.field("id") == unit)
    if not len(rows):
        kind = cov.rules.units[cov.units_kind].caption.en
        hint = "Ask for another kind of unit, or see the units in the rules."
        raise IdentityError(f"{node!r} is none of the {kind}", code="no-unit", hint=hint, candidates=[])
    row = rows.to_pylist()[0]
    reasons = cov.reasons.filter(pc.field("unit") == unit).to_pylist()
    said = _said(cov, rows)
    schema = graph.schema
    return Why(
        unit=unit,
        name=row["name"] or unit,
        type=schema.nodes[row["type"]].caption,
        status=schema.captions["term", row["status"]],
        grounds=tuple(_ground(cov, reason, said) for reason in reasons),
        stated=SAID.get(said["value"]) if said else None,
        stated_in=said["proof"] if said else None,
        scopes=_closed(cov, rows) if row["closed_scope"] else (),
        missing=None if row["status"] == "covered" else _missing(cov, unit, reasons),
        conflict=row["conflict"],
        basis=_basis(cov),
    )


def contradictions(cov: Coverage) -> "pd.DataFrame":
    """List the units about which a no or 筹建中 and a reason contradict each other, and which of the two counted.

    Columns `unit, name, status, stated, stated_on, rule, organisation, reason_on`.
    """
    units = cov.table.filter(cov.table["conflict"]).select(["id", "name", "status", "stated", "stated_on"])
    reasons = cov.reasons.filter(pc.and_(cov.reasons["certain"], pc.is_in(cov.reasons["unit"], value_set=units["id"])))
    names = [None if node is None else name_of(cov.graph, node) for node in reasons["organisation"].to_pylist()]
    columns = {name: reasons[name] for name in ("unit", "rank", "rule")} | {"organisation": pa.array(names, TEXT)}
    columns["reason_on"] = reasons["stated_on"]
    found = units.rename_columns(["unit", *units.column_names[1:]]).join(pa.table(columns), "unit")
    return frame(found.sort_by([(name, "ascending") for name in ("name", "unit", "rank")]).drop(["rank"]))


def _basis(cov: Coverage) -> Caption:
    zh, en = cov.rules.basis(cov.as_of, "zh"), cov.rules.basis(cov.as_of, "en")
    sure = cov.rules.min_confidence
    return Caption(f"{zh}，可信度至少 {sure}", f"{en}, confidence at least {sure}")


def _said(cov: Coverage, unit: pa.Table) -> dict[str, Any] | None:
    """Return the statement about a unit that counts at the date, with where it stands."""
    rule = next((reason for reason in cov.rules.reasons if reason.reported), None)
    if rule is None:
        return None
    props = (rule.reported, rule.mode)
    found: list[dict[str, Any]] = statements(cov.graph, unit, props, as_of=cov.as_of).to_pylist()
    if not found:
        return None
    source = cov.graph.sources.filter(pc.field("id") == found[0]["source_id"]).to_pylist()
    told = source[0] if source else {"name": found[0]["source_id"] or "-", "date": None}
    return found[0] | {"proof": Proof(told["name"] or "-", told["date"], found[0]["place"], None)}


def _ground(cov: Coverage, reason: dict[str, Any], said: dict[str, Any] | None) -> Ground:
    rule = next(r for r in cov.rules.reasons if r.name == reason["rule"])
    schema, doubt = cov.graph.schema, reason["doubt"]
    if reason["certain"] and not reason["stands"]:
        doubt = "outdated"
    proofs = [proof for edge in reason["edges"] for proof in _proofs(cov, edge)]
    if rule.reported and said:
        proofs = [said["proof"]]
    organisation = name_of(cov.graph, reason["organisation"]) if reason["organisation"] else None
    mode = schema.captions["mode", reason["mode"]] if reason["mode"] else None
    path = _path(cov, reason["unit"], reason["edges"]) if reason["edges"] else None
    return Ground(rule.caption, organisation, mode, path, reason["confidence"], doubt, tuple(dict.fromkeys(proofs)))


def _proofs(cov: Coverage, edge: str) -> Iterable[Proof]:
    told = evidence(cov.graph, edge)
    for row in told.astype(object).where(told.notna(), None).to_dict("records"):
        yield Proof(row["source"] or "-", row["date"], row["place"], row["quote"])


def _path(cov: Coverage, unit: str, edges: list[str]) -> Caption:
    """Write a path as it is read: 甲公司 –位于→ 乙基地 ←覆盖– 丙妇联."""
    here = unit
    told = {"zh": name_of(cov.graph, unit), "en": name_of(cov.graph, unit)}
    for edge in edges:
        owner = cov.graph.schema.edges[str(cov.graph.schema.type_of(edge))]
        row = cov.graph.table(owner.name).filter(pc.field("id") == edge).to_pylist()[0]
        onward = row["src"] == here
        here = row["dst"] if onward else row["src"]
        for lang, caption in (("zh", owner.caption.zh), ("en", owner.caption.en)):
            arrow = f"–{caption}→" if onward else f"←{caption}–"
            told[lang] += f" {arrow} {name_of(cov.graph, here)}"
    return Caption(told["zh"], told["en"])


def _closed(cov: Coverage, unit: pa.Table) -> tuple[Proof, ...]:
    """Name the complete lists that a unit lies in the scope of."""
    declared = scopes(cov.graph, "COVERS", cov.as_of)
    held = inside(cov.graph, unit, declared, as_of=cov.as_of, sure=cov.rules.min_confidence)[0]
    names = {source["id"]: source["name"] or source["id"] for source in cov.graph.sources.to_pylist()}
    return tuple(
        Proof(names[scope.source_id], scope.as_of, "、".join(scope.where.values()) or None, None)
        for scope, holds in zip(declared, held, strict=True)
        if holds
    )


def _missing(cov: Coverage, unit: str, reasons: list[dict[str, Any]]) -> Missing:
    """Return the rule that came nearest: one whose path is there but in doubt, else the one with the longest way."""
    rules = {rule.name: rule for rule in cov.rules.reasons}
    for reason in reasons:
        doubt = "outdated" if reason["certain"] else reason["doubt"]
        return Missing(rules[reason["rule"]].caption, DOUBTS[doubt])
    tried = [(_walked(cov, unit, rule), -number, rule) for number, rule in enumerate(cov.rules.reasons) if rule.path]
    (done, left, nodes), _, rule = max(tried, key=lambda t: (-t[0][1], t[0][0], t[1]))
    if not left:
        return Missing(rule.caption, DOUBTS["place" if any(step.region for step in rule.path) else "date"])
    return Missing(rule.caption, _lacking(cov, rule.path[done], nodes))


def _walked(cov: Coverage, unit: str, rule: Reason) -> tuple[int, int, list[str]]:
    """Walk a path as far as it goes: steps done, steps left, and where it ended."""
    nodes = [unit]
    for number, step in enumerate(rule.path):
        reached = _reached(cov, step, nodes)
        if not reached:
            return number, len(rule.path) - number, nodes
        nodes = reached
    return len(rule.path), 0, nodes


def _reached(cov: Coverage, step: Step, nodes: list[str]) -> list[str]:
    near, far = ("src", "dst") if step.direction == "out" else ("dst", "src")
    edges = cov.graph.table(step.edge.type)
    edges = edges.filter(pa.array(state(edges, cov.graph, cov.as_of).possible & matching(edges, step.edge)))
    types = pa.array([selector.type for selector in step.to])
    found: list[str] = []
    for _ in range(step.hops[1]):
        here = edges.filter(pc.is_in(edges[near], value_set=pa.array(nodes, pa.string())))
        found += here.filter(pc.is_in(here[f"{far}_type"], value_set=types))[far].to_pylist()
        nodes = here[far].to_pylist()
    return sorted(set(found))


def _lacking(cov: Coverage, step: Step, nodes: list[str]) -> Caption:
    """Write the edge that nothing states: 妇联或妇女微家 –覆盖→ 乙基地."""
    names = "、".join(name_of(cov.graph, node) for node in nodes[:3])
    edge = cov.graph.schema.edges[step.edge.type].caption
    kinds = [cov.graph.schema.nodes[selector.type].caption for selector in step.to]
    zh, en = "或".join(kind.zh for kind in kinds), " or ".join(kind.en for kind in kinds)
    if step.direction == "in":
        return Caption(f"{zh} –{edge.zh}→ {names}", f"{en} –{edge.en}→ {names}")
    return Caption(f"{names} –{edge.zh}→ {zh}", f"{names} –{edge.en}→ {en}")
