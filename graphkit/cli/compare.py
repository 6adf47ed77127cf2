"""The command that tells what changed between two revisions, and why."""

from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.options import RulesOption, TopOption, UnitsOption
from graphkit.cli.show import JsonOption, LangOption, StoreArgument, invented, line, print_json, table
from graphkit.cli.stores import open_store

if TYPE_CHECKING:
    from graphkit.graph.tables import Graph
    from graphkit.stores.base import Store

BeforeOption = Annotated[
    int | None, typer.Option("--before", metavar="REVISION", help="Default: the revision before the other.")
]
AfterOption = Annotated[int | None, typer.Option("--after", metavar="REVISION", help="Default: the newest.")]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="Default: the newest source of the earlier revision.")
]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="Default: the newest source of the later revision.")
]


def compare(
    store: StoreArgument,
    before: BeforeOption = None,
    after: AfterOption = None,
    first: FromOption = None,
    last: ToOption = None,
    units: UnitsOption = "companies",
    rules: RulesOption = None,
    top: TopOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell why the number moved between two revisions: what was learned, what happened, a cause for each unit.

    Example: graphkit compare county.duckdb --from 2026-06-30 --to 2026-09-30
    """
    from graphkit.analysis.compare import CompareOptions
    from graphkit.analysis.compare import compare as compared
    from graphkit.analysis.rules import load_rules

    with open_store(store) as opened:
        older, newer = revisions(opened, before, after)
    invented(newer, lang)
    chosen = load_rules(rules, schema=newer.schema)
    found = compared(older, newer, first, last, options=CompareOptions(units, chosen))
    if as_json:
        print_json(**found.headline(), table=found.frame.head(top) if top else found.frame)
        return
    line(found.text(lang.value))
    if len(found.table):
        moves = found.moves(lang.value)
        table(moves.head(top) if top else moves)


def revisions(store: "Store", before: int | None, after: int | None) -> tuple["Graph", "Graph"]:
    """Read two revisions of a store: by default the newest and the one before it."""
    from graphkit.errors import StoreError

    if before is None and not store.keeps_revisions:
        message = "a server keeps only the newest revision, and there is nothing to compare it with"
        raise StoreError(message, code="no-revisions", hint="Compare in the file that it was pushed from.")
    newer = store.read(revision=after)
    last = store.revision if after is None else after
    if before is None and last == 1:
        message = "there is no revision before the first"
        hint = "Load the next edition, or say --before 1 and two dates."
        raise StoreError(message, code="no-such-revision", hint=hint)
    return store.read(revision=last - 1 if before is None else before), newer
