"""Commands that fill a store and tell what it holds."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from graphkit.cli.editions import Vanish, chosen, edition_findings, show_edition
from graphkit.cli.findings import document_findings, load_findings, load_rows, show_document, show_load
from graphkit.cli.options import show_rates
from graphkit.cli.show import (
    INVENTED,
    JsonOption,
    Lang,
    LangOption,
    StoreArgument,
    captioned,
    invented,
    line,
    note,
    print_json,
    table,
)
from graphkit.cli.spread import EngineName, EngineOption, MasterOption, show_counted, spark_of
from graphkit.cli.stores import open_store

REVISION = {Lang.zh: "版次", Lang.en: "revision"}
RESTING_ZH = "{} 处更正暂不生效：所指的单位已不在任何来源中"
RESTING = "{} corrections rest: no source states any more what they are about"
FULL, ADDED = "snapshot", "additions"
INFO = "{} nodes, {} edges, {} sources; {} {}; {} conflicts"


def demo(
    out: Annotated[Path, typer.Argument(metavar="[OUT]", help="Folder for the results.")] = Path("graphkit-demo"),
    *,
    lang: LangOption,
) -> None:
    """Load the five sources and the example county; print coverage and linkage; write store, map, report, gaps.

    Example: graphkit demo out
    """
    from graphkit.demo import SHOWS, show

    for what in SHOWS:
        told = show(what, out / what.name, lang=lang.value)
        line(f"\n== {what.title[lang.value]} ==")
        invented(told.graph, lang)
        line(told.coverage.text(lang.value))
        show_rates(told.coverage, [what.by] if what.by else None, lang=lang)
        line(told.links.text(lang.value))
        show_rates(told.links, [what.by] if what.by else None, lang=lang)
        for file in told.files:
            line(f"  → {file}")


def load(
    store: StoreArgument,
    sources: Annotated[
        list[Path], typer.Argument(metavar="SOURCE...", help="Dataset folders, workbooks, CSV, Parquet, reports.")
    ],
    *,
    dataset: Annotated[str | None, typer.Option(help="What a workbook is called; default: its file name.")] = None,
    edition: Annotated[str | None, typer.Option(help="Which edition it is, such as 2026Q3.")] = None,
    date: Annotated[str | None, typer.Option(help="Of which day it speaks: 2026, 2026-09 or 2026-09-30.")] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="YAML of what its columns are; written if it is not there.", dir_okay=False)
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a text table or report, such as gb18030.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Stop at the first row or cell that cannot be taken.")
    ] = False,
    additions: Annotated[
        bool, typer.Option("--additions", help="The table is no full list: what it leaves out has not vanished.")
    ] = False,
    on_vanished: Annotated[
        Vanish, typer.Option(help="What the new edition of a list no longer holds: keep (list it only), end, or ask.")
    ] = Vanish.keep,
    kind: Annotated[str, typer.Option(help="What a report is: report, letter, call, visit.")] = "report",
    lexicons: Annotated[
        Path | None, typer.Option(help="A folder with words of one's own, for reports.", exists=True, file_okay=False)
    ] = None,
    files: Annotated[bool, typer.Option("--files", help="A line for each file.")] = False,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Load datasets, workbooks and reports into a store, all or nothing, and print what was read and how.

    A report (txt, html, docx, pdf) is read for what it names, how that is related and what it counts; what is not sure
    waits for `graphkit review --items`.

    Example: graphkit load county.duckdb 企业台账.xlsx --dataset 企业台账 --edition 2026Q3 --date 2026-09-30
    """
    import pandas as pd

    from graphkit import build
    from graphkit.loaders.tables.options import TableOptions

    delivery = ADDED if additions else FULL
    told = TableOptions(
        dataset, edition, date, mapping, encoding, strict, delivery=delivery, kind=kind, lexicons=lexicons
    )
    with open_store(store) as opened:
        choice = chosen(on_vanished, opened.schema, lang)
        reports = build.load(opened, *sources, tables=told, on_vanished=choice)
        revision, schema = opened.revision, opened.schema
    rows = load_rows(reports)
    warnings = [warning for report in reports for warning in report.warnings]
    if as_json:
        found = [load_findings(report) for report in reports if report.mapping]
        told_by = {"sources": len(reports), "warnings": warnings, "editions": edition_findings(reports)}
        told_by["documents"] = [document_findings(report) for report in reports if report.document]
        print_json(store=store, revision=revision, **told_by, tables=found, table=rows)
        return
    if any(report.invented for report in reports):
        note(INVENTED[lang])
    shown = pd.DataFrame(rows, columns=["dataset", "edition", "file", "type", "read", "used", "merged", "skipped"])
    if not files:
        sources_read = shown.groupby(["dataset", "edition"], dropna=False, sort=False)
        sums = {"file": "count", "read": "sum", "used": "sum", "merged": "sum", "skipped": "sum"}
        shown = sources_read.agg(sums).reset_index()
    table(captioned(schema, shown, lang), title=f"{store} · {REVISION[lang]} {revision}")
    for warning in warnings:
        line(f"! {warning}")
    for report in reports:
        show_load(report, lang)
        show_document(report, store, lang)
        show_edition(report, schema, lang)


def forget(
    store: StoreArgument,
    source: Annotated[str, typer.Argument(help="A source's id, its dataset, or dataset/edition.")],
) -> None:
    """Undo the loading of a source; earlier revisions can still be read."""
    with open_store(store) as opened:
        line(f"{store}: revision {opened.forget(source)}")


def info(
    store: StoreArgument,
    engine: EngineOption = EngineName.default,
    master: MasterOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell what a store holds: sources, nodes and edges by type, conflicts, revision, corrections that rest."""
    from graphkit.graph.anchors import dormant
    from graphkit.graph.evidence import conflicts

    spark = spark_of(engine, master, None)
    if spark is not None:
        show_counted(store, spark, as_json, lang)
        return
    with open_store(store) as opened:
        graph, revision = opened.read(), opened.revision
        summary, held = graph.summary(), opened.sources()
        lost, resting = len(conflicts(graph)), dormant(graph)
    shown = held[["dataset", "edition", "kind", "name", "publisher", "date"]]
    if as_json:
        rest = resting.to_dict("records")
        print_json(store=store, revision=revision, conflicts=lost, dormant=rest, sources=shown, table=summary)
        return
    invented(graph, lang)
    counts = [sum(map(len, tables.values())) for tables in (graph.node_tables, graph.edge_tables)]
    told = (*counts, len(held), REVISION[lang], revision, lost)
    zh = lang == Lang.zh
    line(("{} 个节点，{} 条关系，{} 个来源；{} {}；说法不一 {} 处" if zh else INFO).format(*told))
    if len(resting):
        line((RESTING_ZH if zh else RESTING).format(len(resting)))
        table(captioned(graph.schema, resting[["kind", "property", "source"]], lang))
    table(captioned(graph.schema, shown, lang))
    table(captioned(graph.schema, summary.drop(columns="kind"), lang))


def schema(*, as_json: JsonOption = False, lang: LangOption) -> None:
    """Print the types of nodes and edges, what they may join, and their properties."""
    import pandas as pd

    from graphkit.schema import Schema

    known = Schema.load()
    nodes = [
        {"": "node", "type": n.name, "caption": n.caption.of(lang.value), "joins": ""}
        | {"properties": ", ".join(n.properties)}
        for n in known.nodes.values()
    ]
    edges = [
        {"": e.kind, "type": e.name, "caption": e.caption.of(lang.value), "joins": _joins(e.pairs)}
        | {"properties": ", ".join(e.properties)}
        for e in known.edges.values()
    ]
    if as_json:
        print_json(name=known.name, table=[*nodes, *edges])
        return
    table(pd.DataFrame([*nodes, *edges]))


def _joins(pairs: Iterable[tuple[str, str]]) -> str:
    """Say what an edge may join: each set of ends that leads to the same set of ends, once."""
    targets: dict[str, set[str]] = {}
    for src, dst in pairs:
        targets.setdefault(src, set()).add(dst)
    sources: dict[tuple[str, ...], list[str]] = {}
    for src, found in sorted(targets.items()):
        sources.setdefault(tuple(sorted(found)), []).append(src)
    return "; ".join(f"{', '.join(starts)} → {', '.join(ends)}" for ends, starts in sorted(sources.items()))
