"""Commands between a store and a Neo4j server: push, pull, diff."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.options import AsOfOption, RulesOption, UnitsOption, covered_by, read
from graphkit.cli.progress import progress
from graphkit.cli.show import INVENTED, JsonOption, LangOption, StoreArgument, line, note, print_json
from graphkit.cli.stores import SERVER_URI, open_store, server_settings

if TYPE_CHECKING:
    from graphkit.stores.neo4j.changes import PushPlan
    from graphkit.stores.neo4j.into import Pulled
    from graphkit.stores.neo4j.push import PushReport

ServerArgument = Annotated[
    str | None, typer.Argument(metavar="SERVER", help="Such as neo4j://localhost; default: NEO4J_URI.")
]
SensitiveOption = Annotated[
    list[str] | None,
    typer.Option("--sensitive", metavar="TYPE.PROPERTY", help="Send this sensitive property too; repeatable."),
]


def push(
    store: StoreArgument,
    server: ServerArgument = None,
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    sensitive: SensitiveOption = None,
    *,
    plan: Annotated[bool, typer.Option("--plan", help="Only show what would change there.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove there what graphkit wrote and the store lacks.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Prune even more than a fifth.")] = False,
    with_coverage: Annotated[
        bool, typer.Option("--with-coverage", help="Note coverage, mode, rule and key candidate on every unit there.")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Bring a Neo4j server to hold what a store holds; what is there already is not written again.

    What others wrote there is left alone. User and password: NEO4J_USERNAME, NEO4J_PASSWORD or NEO4J_PASSWORD_FILE.

    Example: graphkit push county.duckdb neo4j://localhost --plan
    """
    from graphkit.cli.transfer import show_push
    from graphkit.stores.neo4j.parts import PushOptions
    from graphkit.stores.neo4j.plan import push_plan
    from graphkit.stores.neo4j.push import push as pushed

    if (as_of or rules or units != "companies") and not with_coverage:
        raise typer.BadParameter("--units, --as-of and --rules are of --with-coverage", param_hint="--with-coverage")
    target = server_settings(server)
    if with_coverage:
        from graphkit.analysis.annotate import annotate

        cov = covered_by(store, (units, as_of, rules), lang)
        graph = annotate(cov.graph, cov)
    else:
        graph = read(store, lang)
    options = PushOptions(prune, force, tuple(sensitive or ()), coverage=with_coverage)
    with progress(lang, graph.schema) as bar:
        if plan:
            told: PushPlan | PushReport = push_plan(graph, target, options, on_progress=bar)
        else:
            told = pushed(graph, target, options, on_progress=bar)
    if as_json:
        print_json(store=store, server=target.uri, planned=plan, **told.as_dict())
        return
    show_push(told, graph.schema, f"{store} → {target.uri}", lang)


def pull(
    first: Annotated[
        str, typer.Argument(metavar="SERVER", help="Such as neo4j://localhost; may be left out if NEO4J_URI is set.")
    ],
    store: Annotated[str | None, typer.Argument(metavar="STORE", help="The store's file; made if missing.")] = None,
    *,
    keep_unknown: Annotated[
        bool, typer.Option("--keep-unknown", help="Also keep, in a table of their own, properties that others added.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Even if sensitive values of the store, never pushed, are emptied.")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Write what a Neo4j server holds into a store, source by source; the server is only read.

    Example: graphkit pull neo4j://localhost county.duckdb
    """
    from graphkit.cli.transfer import SAY, show_pull
    from graphkit.stores.neo4j.into import pull_into

    uri, file = (first, store) if store is not None else (None, first)
    if (uri is not None and not SERVER_URI.match(uri)) or (uri is None and SERVER_URI.match(file)):
        raise typer.BadParameter("write: graphkit pull neo4j://host STORE", param_hint="SERVER STORE")
    target = server_settings(uri)
    with open_store(file) as opened, progress(lang) as bar:
        told = pull_into(opened, target, keep_unknown=keep_unknown, force=force, on_progress=bar)
        schema, sources = opened.schema, opened.sources()
    if sources["invented"].any():
        note(INVENTED[lang])
    kept = _keep(told, file) if keep_unknown and len(told.report.values) else None
    if as_json:
        print_json(server=target.uri, store=file, kept=kept and str(kept), **told.as_dict())
        return
    show_pull(told, schema, f"{target.uri} → {file}", lang)
    if kept:
        line(SAY[lang]["kept"].format(kept))


def _keep(told: "Pulled", store: str) -> Path | None:
    """Write what others added to a table beside the store's file."""
    from graphkit.exporters.tables import export_frame
    from graphkit.graph.tables import frame

    if SERVER_URI.match(store):
        return None
    return export_frame(frame(told.report.values), Path(store).with_suffix(".unknown.csv"))


def diff(
    store: StoreArgument,
    server: ServerArgument = None,
    sensitive: SensitiveOption = None,
    top: Annotated[int, typer.Option("--top", min=1, help="Show so many.")] = 20,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell where a store and a Neo4j server differ, element by element; nothing is written.

    Example: graphkit diff county.duckdb neo4j://localhost
    """
    from graphkit.cli.transfer import show_diff
    from graphkit.stores.neo4j.diff import diff as differing
    from graphkit.stores.neo4j.parts import PushOptions

    target = server_settings(server)
    graph = read(store, lang)
    with progress(lang, graph.schema) as bar:
        rows = differing(graph, target, PushOptions(sensitive=tuple(sensitive or ())), on_progress=bar)
    if as_json:
        counts = rows["difference"].value_counts().to_dict()
        print_json(store=store, server=target.uri, differences=len(rows), counts=counts, table=rows)
        return
    show_diff(rows, graph.schema, (store, target.uri), (top, lang))
