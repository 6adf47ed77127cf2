"""The command line: parse, call one function of the library, print.

Exit code 0, or 1 for bad input (message and hint on stderr, no traceback), or 2 for wrong usage.
"""

import sys

import typer

from graphkit.cli import ask, compare, correct, load, plan, publish, review
from graphkit.cli.show import asked_lang, show_error

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
for question in (ask.query, ask.coverage, plan.gaps, plan.plan, ask.why, ask.claims):
    app.command()(question)
for search in (ask.linkage, ask.path, ask.evidence):
    app.command()(search)
app.command()(compare.compare)
for repair in (correct.correct, correct.sheet, correct.apply, correct.template, correct.bundle, review.review):
    app.command()(repair)
for publication in (publish.map_, publish.report, publish.export):
    app.command(publication.__name__.rstrip("_"))(publication)


def main() -> None:
    """Run the command line; the only place where a GraphkitError becomes a message and an exit code."""
    from graphkit.errors import GraphkitError

    for stream in (sys.stdout, sys.stderr):
        # A Chinese Windows console is GBK: what it cannot show is replaced, never a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except GraphkitError as error:
        show_error(error, asked_lang(sys.argv[1:]))
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
