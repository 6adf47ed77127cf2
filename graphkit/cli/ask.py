"""Commands that ask a store itself: Cypher, and where a statement comes from."""

import re
from collections.abc import Mapping
from typing import Annotated

import typer

from graphkit.cli.options import read
from graphkit.cli.show import JsonOption, Lang, LangOption, StoreArgument, captioned, note, print_json, table
from graphkit.cli.stores import open_store


def query(
    store: StoreArgument,
    text: Annotated[
        str | None, typer.Argument(metavar="CYPHER", help="A read-only Cypher query; - reads it from stdin.")
    ] = None,
    param: Annotated[list[str] | None, typer.Option("--param", "-p", help="name=value, for $name.")] = None,
    named: Annotated[str | None, typer.Option(help="Ask a question that is shipped, by its name.")] = None,
    seconds: Annotated[float, typer.Option(help="Stop the query after this many seconds.")] = 60.0,
    *,
    listed: Annotated[bool, typer.Option("--list", help="List the questions that are shipped.")] = False,
    portable: Annotated[bool, typer.Option(help="Refuse what a file and Neo4j may answer differently.")] = False,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Answer a Cypher query, or one of the shipped questions.

    Example: graphkit query county.duckdb --named covered -p mode=joint
    """
    from graphkit.cypher.shipped import shipped_query
    from graphkit.engines.kglite import Limits
    from graphkit.stores.base import query as asked

    if [text is not None, named is not None, listed].count(True) != 1:
        raise typer.BadParameter("give one of CYPHER, --named and --list", param_hint="CYPHER")
    if listed:
        _list_questions(lang, as_json=as_json)
        return
    question = shipped_query(named) if named else _standard_input() if text == "-" else str(text)
    kinds = {} if isinstance(question, str) else {p.name: p.kind for p in question.parameters}
    given = dict(_parameter(told, kinds) for told in param or ())
    with open_store(store) as opened:
        rows = asked(opened, question, limits=Limits(seconds=seconds), portable=portable, **given)
    for warning in rows.attrs.get("warnings", ()):
        note(f"! {warning}")
    if as_json:
        print_json(rows=len(rows), table=rows)
        return
    table(rows)


def _list_questions(lang: Lang, *, as_json: bool) -> None:
    """List the shipped questions with their parameters and columns."""
    import pandas as pd

    from graphkit.cypher.shipped import shipped_queries

    rows = pd.DataFrame(
        [
            {
                "name": question.name,
                "title": question.title[lang.value],
                "parameters": ", ".join(f"{p.name} ({p.caption[lang.value]})" for p in question.parameters),
                "columns": ", ".join(question.columns),
            }
            for question in shipped_queries()
        ]
    )
    if as_json:
        print_json(questions=len(rows), table=rows)
        return
    table(rows)


def _standard_input() -> str:
    try:
        return typer.get_text_stream("stdin", encoding="utf-8", errors="strict").read()
    except UnicodeDecodeError as error:
        raise typer.BadParameter("standard input is not UTF-8", param_hint="CYPHER") from error


# Digits are a number, but for codes that begin with a zero; the rest is text.
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")


def _parameter(told: str, kinds: Mapping[str, str]) -> tuple[str, object]:
    name, separator, value = told.partition("=")
    if not separator or not name.isidentifier() or name in ("limits", "portable"):
        raise typer.BadParameter(f"{told!r} is not name=value", param_hint="--param")
    return name, int(value) if NUMBER.fullmatch(value) and kinds.get(name) != "text" else value


def evidence(
    store: StoreArgument,
    element: Annotated[str, typer.Argument(help="A node's id, name or alias, or an edge's id.")],
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell where each statement about a node and its edges comes from."""
    from graphkit.graph.evidence import evidence as stated

    graph = read(store, lang)
    rows = stated(graph, element)
    if as_json:
        print_json(statements=len(rows), table=rows)
        return
    shown = rows.drop(columns="element").dropna(axis="columns", how="all")
    table(captioned(graph.schema, shown, lang))
