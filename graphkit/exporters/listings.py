"""The sections of a report that list: links, claims, method, sources, decisions, conflicts, versions."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import graphkit
from graphkit.analysis.claims import claims
from graphkit.analysis.links import Links
from graphkit.analysis.rates import rates
from graphkit.exporters.blocks import HIDDEN, Block, Cell, Column, Section, Table
from graphkit.exporters.sections import Context, counted, hides, label, records, share
from graphkit.exporters.suppression import K, suppress
from graphkit.exporters.wording import unit_of, word_for, wording
from graphkit.graph.evidence import conflicts, names_of
from graphkit.graph.tables import Graph


def stated_numbers(context: Context) -> Section:
    """Return what sources count and how many of it can be named; to the public only what they count."""
    found = records(claims(context.coverage.graph, rules=context.coverage.rules, lang=context.lang))
    if context.public:
        rows = [row for row in found if row["value"] is not None and row["value"] >= K]
        return context.section("claims", [_claims(context, "claims", rows), context.say("claims_public", k=K)])
    checked = [row for row in found if row["named"] is not None]
    others = [row for row in found if row["named"] is None]
    parts = [("claims_checked", checked), ("claims_open", others)]
    tables = [_claims(context, name, rows) for name, rows in parts if rows]
    return context.section("claims", tables or [context.say("no_claims")])


def _claims(context: Context, name: str, rows: list[dict[str, Any]]) -> Table:
    """Return a table of stated numbers; those that can be checked with what is named of them."""
    checked = name == "claims_checked"
    cells = tuple(
        (
            row["subject"],
            word_for(row["measure"], context.lang),
            _stated(context, row),
            unit_of(row["unit"], context.lang),
            row["as_of"],
            *((row["named"], row["unnamed"], context.say(f"verdict_{row['verdict']}")) if checked else ()),
            row["source"],
        )
        for row in rows
    )
    columns = [Column(context.say("subject")), Column(context.say("measure")), Column(context.say("stated"), "count")]
    columns += [Column(context.say("stated_unit")), Column(context.say("as_of"), "date")]
    if checked:
        columns += [Column(context.say("named"), "count"), Column(context.say("unnamed"), "count")]
        columns += [Column(context.say("verdict"))]
    notes = _claim_notes(context, rows) if checked else ()
    # The section is called as its only public table is; on a page no two things have one name.
    unlike = "claims_stated" if name == "claims" else name
    return Table(unlike, context.say(name), (*columns, Column(context.term("source"))), cells, notes)


def _claim_notes(context: Context, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """Say below the table what its numbers do not say: that what is named need not be what was counted."""
    told = [(row["subject"], word_for(row["measure"], context.lang), row["note"]) for row in rows if row["note"]]
    lines = [context.say("claim_line", subject=subject, measure=word, note=note) for subject, word, note in told]
    return (context.say("claims_note"), *lines)


def _stated(context: Context, row: dict[str, Any]) -> Cell:
    value = row["value"]
    number = int(value) if value is not None and value == int(value) else value
    bound = row["bound"]
    marked = isinstance(number, int) and bound not in (None, "exact")
    return (number, context.caption("bound", bound)) if marked else number


def linkage(context: Context) -> Section:
    """Return for each set of links the share by town and the nearest resource of each unit."""
    if not context.links:
        return context.section("linkage", [context.say("links_missing")])
    return context.section("linkage", [block for net in context.links for block in _links(context, net)])


def _links(context: Context, net: Links) -> Iterator[Block]:
    resource = context.say("or_mark").join(context.caption("node", name) for name in net.to)
    told = net.headline()
    figures = {"total": counted(told["units"]), "linked": counted(told["linked"]), "hops": net.max_hops}
    units = net.rules.units[net.units_kind].caption.of(context.lang)
    if told["units"]:
        figures |= {"units": units, "resource": resource, "rate": share(told["share"])}
        yield context.say("linked_share", **figures)
    key = "_".join(net.to)
    yield _linked_by_town(context, net, resource, f"linked_{key}")
    if not context.public:
        yield _nearest(context, net, resource, f"nearest_{key}")


def _linked_by_town(context: Context, net: Links, resource: str, name: str) -> Table:
    parts = ("linked", "not_linked")
    frame = rates(net, by="town")
    rows = records(suppress(frame, parts=parts) if context.public else frame)
    counts = ("units", *parts)
    cells = tuple(
        (
            label(context, "town", row["town"]),
            *(HIDDEN if row[name] is None else row[name] for name in counts),
            HIDDEN if hides([row], counts) else row["share"],
        )
        for row in rows
    )
    columns = (Column(context.term("town")), *(Column(context.term(n), "count") for n in ("units", "linked")))
    columns += (Column(context.say("not_linked"), "count"), Column(context.say("linked_rate"), "share"))
    notes = (context.say("hidden_cells", k=K),) if hides(rows, counts) else ()
    return Table(name, context.say("linked_by_town", resource=resource), columns, cells, notes, total=True)


def _nearest(context: Context, net: Links, resource: str, name: str) -> Table:
    told = ("name", "resource_name", "hops", "via", "paths", "confidence")
    cells = tuple(tuple(row[column] for column in told) for row in linked_rows(context, net))
    captions = (context.say("unit"), resource)
    columns = (*map(Column, captions), Column(context.term("hops"), "count"), Column(context.say("brokers")))
    columns += (Column(context.say("paths"), "count"), Column(context.caption("property", "confidence"), "share"))
    rest = net.headline()["not_linked"]
    notes = (context.say("unlinked_rest", count=counted(rest)),) if rest else ()
    return Table(name, context.say("nearest", resource=resource), columns, cells, notes)


def linked_rows(context: Context, net: Links) -> list[dict[str, Any]]:
    """Return the nearest resource of each linked unit, nearest first, with the names `via` which it is reached."""
    rows = net.linked.to_pylist()
    rows.sort(key=lambda row: (row["hops"], row["name"] or "", row["unit"], row["resource_type"]))
    names = names_of(context.coverage.graph, {broker for row in rows for broker in row["brokers"] or ()})
    return [row | {"via": context.joined(names[broker] for broker in row["brokers"] or ())} for row in rows]


def method(context: Context) -> Section:
    """Return what each figure means, in plain words."""
    return context.section("method", [paragraph.of(context.lang) for paragraph in wording().method])


# Where it all comes from


def sources(context: Context) -> Section:
    """Return the sources with their dates and what they declare complete."""
    rows = context.coverage.graph.sources.to_pylist()
    rows.sort(key=lambda row: (row["date"] or "", row["id"]), reverse=True)
    cells = tuple(
        (
            row["name"] or row["dataset"],
            context.caption("source_kind", str(row["kind"])) if row["kind"] else None,
            row["publisher"],
            row["date"] or context.say("undated"),
            row["edition"],
            "\n".join(_scopes(context, row["complete"])) or context.say("no_scope"),
        )
        for row in rows
    )
    columns = [Column(context.term("source")), Column(context.say("kind"), "date"), Column(context.say("publisher"))]
    columns += [Column(context.say("date"), "date"), Column(context.say("edition"), "date")]
    columns += [Column(context.say("complete"))]
    table = Table("source_list", context.say("sources"), tuple(columns), cells)
    return context.section("sources", [table] if rows else [])


def _scopes(context: Context, text: str | None) -> Iterator[str]:
    for scope in json.loads(text or "[]"):
        of = str(scope.get("of"))
        kind = "node" if of in context.coverage.graph.schema.nodes else "edge"
        where = (scope.get("where") or {}).items()
        places = [context.say("whole_dataset") if key == "dataset" else str(name) for key, name in sorted(where)]
        told = context.say("list_mark").join(places) or context.say("whole_dataset")
        as_of = scope.get("as_of") or context.say("undated")
        yield context.say("complete_scope", of=context.caption(kind, of), where=told, as_of=as_of)


def decisions(context: Context) -> Section:
    """Return the decisions on who is one with whom; to the public only how many there are."""
    original = context.redaction.original
    rows = original.decisions.to_pylist()
    if not rows:
        return context.section("decisions", [context.say("no_decisions")])
    found = [row["judgement"] for row in rows]
    told = {name: counted(found.count(name)) for name in ("same", "different", "unsure")}
    blocks: list[Block] = [context.say("decision_counts", **told)]
    if not context.public:
        apart = [row for row in rows if row["judgement"] == "different"]
        joined = [row for row in rows if row["judgement"] != "different"]
        names = _names_of_raw(original)
        # Who is two, and always was, is read by nobody on paper; the workbook has it.
        blocks += [_decided(context, "decision_list", "decisions", (names, joined))] if joined else []
        blocks += [context.say("decisions_apart")] if apart else []
        blocks += [_decided(context, "decisions_apart_list", "apart", (names, apart))] if apart else []
    return context.section("decisions", blocks)


def _decided(context: Context, name: str, caption: str, told: tuple[dict[str, str], list[dict[str, Any]]]) -> Table:
    names, rows = told
    cells = tuple(
        (
            context.caption("judgement", row["judgement"]),
            *(context.redaction.text(names.get(row[side], row[side])) for side in ("left", "right")),
            *(None if row[n] is None else context.redaction.text(row[n]) for n in ("reason", "by", "at")),
        )
        for row in rows
    )
    columns = tuple(Column(context.say(n)) for n in ("judgement", "left", "right", "reason", "by", "at"))
    return Table(name, context.say(caption), columns, cells, sheet_only=caption == "apart")


def _names_of_raw(graph: Graph) -> dict[str, str]:
    raw = graph.raw
    tables = () if raw is None else raw.node_tables.values()
    return {i: n for t in tables for i, n in zip(t["id"].to_pylist(), t["name"].to_pylist(), strict=True) if n}


def contradictions(context: Context) -> Section:
    """Return what sources say differently and which statement is kept; to the public only how many there are."""
    graph = context.redaction.original
    if graph.raw is None:
        return context.section("conflicts", [context.say("no_raw")])
    # Rows about sensitive values are gone from the redacted graph; only the public edition has no raw rows to compare.
    rows = records(conflicts(graph if context.public else context.coverage.graph))
    told = context.say("conflict_count", count=counted(len(rows))) if rows else context.say("no_conflicts")
    if context.public or not rows:
        return context.section("conflicts", [told])
    cells = tuple(_conflict(context, row) for row in rows)
    names = ("unit", "kind", "property", "kept", "kept_source", "lost", "lost_source")
    captions = tuple(context.say(name) for name in names)
    table = Table("conflict_list", context.say("conflicts"), tuple(map(Column, captions)), cells)
    return context.section("conflicts", [told, table])


def _conflict(context: Context, row: dict[str, Any]) -> tuple[Cell, ...]:
    owner = context.coverage.graph.schema
    kind = "node" if row["kind"] in owner.nodes else "edge"
    told = [_value(context, row, name) for name in ("kept", "lost")]
    return (
        row["name"] or context.caption(kind, row["kind"]),
        context.caption(kind, row["kind"]),
        context.caption("property", row["property"]),
        told[0],
        row["kept_source"],
        told[1],
        row["lost_source"],
    )


def _value(context: Context, row: dict[str, Any], name: str) -> Cell:
    """Return a stated value in words: yes and no, captions of enums, numbers with their bound, the rest as it is."""
    schema, value = context.coverage.graph.schema, row[name]
    owner = schema.nodes.get(row["kind"]) or schema.edges[row["kind"]]
    prop = owner.properties.get(row["property"])
    if value is None:
        # A source that is named here says that it is not known; a correction that rests has none beside it.
        return context.caption("bound", "unknown") if row[f"{name}_source"] else None
    if value in ("True", "False"):
        return context.say("yes" if value == "True" else "no")
    if row["property"] == "status":
        return context.caption("status", str(value))
    if prop is not None and prop.enum:
        return context.caption(prop.enum, str(value))
    number, _, bound = str(value).partition(" ")
    if prop is not None and prop.type == "quantity" and bound:
        return int(number), context.caption("bound", bound)
    return str(value)


def record(context: Context) -> Section:
    """Return rules, versions and the fingerprint of the record, so that a figure can be had again."""
    coverage = context.coverage
    facts = {
        "units_counted": context.units,
        "as_of_date": context.date(),
        "rules_name": f"{coverage.rules.caption.of(context.lang)}（{coverage.rules.name}）",
        "min_confidence": f"{coverage.rules.min_confidence:g}",
        "schema_name": coverage.graph.schema.name,
        "version": graphkit.__version__,
        "tier": context.say(f"tier_{context.tier}"),
        "record_hash": record_hash(context.redaction.original),
    }
    columns = (Column(context.say("fact")), Column(context.say("value")))
    cells = tuple((context.say(name), value) for name, value in facts.items())
    return context.section("record", [Table("record_facts", context.say("record"), columns, cells)])


def record_hash(graph: Graph) -> str:
    """Return a SHA-256 over all assembled elements and their provenance: the same record has the same hash."""
    found = hashlib.sha256()
    plain = {name: getattr(graph, name) for name in ("sources", "evidence", "statistics", "decisions")}
    for name, table in {**graph.node_tables, **graph.edge_tables, **plain}.items():
        for column in table.column_names:
            found.update(f"\x1d{name}\x1e{column}\x1e".encode())
            for text in _texts(table[column]):
                found.update(text)
    return found.hexdigest()


def _texts(column: pa.ChunkedArray) -> Iterator[bytes]:
    """Write a column as text, piece by piece; null is told apart from the empty text."""
    for start in range(0, len(column), 100_000):
        part = column.slice(start, 100_000).combine_chunks()
        if pa.types.is_list(part.type):
            part = pc.binary_join(part.cast(pa.list_(pa.string())), "\x1f")
        filled = pc.fill_null(part.cast(pa.string()), "\x00")
        whole = pa.ListArray.from_arrays(pa.array([0, len(filled)], pa.int32()), filled)
        yield pc.binary_join(whole, "\x1e")[0].as_py().encode("utf-8", "surrogatepass")
