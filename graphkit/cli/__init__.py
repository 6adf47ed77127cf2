"""The command line: parse, call one function of the library, print.

Exit code 0, or 1 for bad input (message and hint on stderr, no traceback), or 2 for wrong usage.
"""

import sys

import typer

from graphkit.cli import (
    ask,
    compare,
    correct,
    coverage,
    documents,
    linkage,
    load,
    outlook,
    plan,
    publish,
    review,
    server,
)
from graphkit.cli.show import asked_lang, show_error
from graphkit.cli.stores import reaching, refuse_passwords

app = typer.Typer(
    name="graphkit",
    help="A graph database of organisational networks: coverage, linkage, evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (load.demo, load.load, load.forget, load.info, load.schema):
    app.command()(command)
for question in (ask.query, coverage.coverage, plan.gaps, plan.plan, coverage.why, coverage.claims):
    app.command()(question)
for outlook_ in (outlook.cascade, outlook.questions, outlook.trend):
    app.command()(outlook_)
for search in (linkage.linkage, linkage.path, linkage.brokers, linkage.ledger, linkage.ties, linkage.quadrant):
    app.command()(search)
app.command()(ask.evidence)
app.command()(compare.compare)
app.command()(documents.extract)
for repair in (correct.correct, correct.sheet, correct.apply, correct.template, correct.bundle, review.review):
    app.command()(repair)
for publication in (publish.map_, publish.report, publish.export):
    app.command(publication.__name__.rstrip("_"))(publication)

for transfer in (server.push, server.pull, server.diff):
    app.command()(transfer)
for told in app.registered_commands:
    told.callback = told.callback and reaching(told.callback)


def main() -> None:
    """Run the command line; the only place where a GraphkitError becomes a message and an exit code."""
    from graphkit.errors import GraphkitError

    for stream in (sys.stdout, sys.stderr):
        # A Chinese Windows console is GBK: what it cannot show is replaced, never a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        refuse_passwords(sys.argv[1:])
        app()
    except GraphkitError as error:
        show_error(error, asked_lang(sys.argv[1:]))
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
