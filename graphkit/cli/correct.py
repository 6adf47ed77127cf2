"""Commands that set the record right: a value by hand, the check sheet, the empty form, the bundle."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.options import Tier, TierOption
from graphkit.cli.publish import OutOption
from graphkit.cli.show import JsonOption, LangOption, StoreArgument, captioned, line, print_json, table
from graphkit.cli.stores import open_store

if TYPE_CHECKING:
    from graphkit.corrections.apply import ApplyReport

ByOption = Annotated[str | None, typer.Option("--by", help="Who says so.")]


def correct(
    store: StoreArgument,
    node: Annotated[str, typer.Argument(metavar="NODE", help="A node's id, name or alias.")],
    values: Annotated[
        list[str], typer.Option("--set", metavar="PROPERTY=VALUE", help="What holds; - = not known; repeatable.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="How it is known.")],
    *,
    by: ByOption = None,
    at: Annotated[str | None, typer.Option("--at", help="The day it is true of; default: today.")] = None,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Correct values of a node by hand; the correction beats every sheet until it is withdrawn.

    Example: graphkit correct county.duckdb 阳光中科 --set women_employees=约186 --reason 电话核实 --by 张某
    """
    from graphkit.corrections.hand import correct, understood, withdrawal

    with open_store(store) as opened:
        told = understood(opened.read(), node, _words(values))
        revision = correct(opened, node, reason=reason, by=by, at=at, **told)
        source = withdrawal(opened)
    if as_json:
        print_json(store=store, revision=revision, source=source, table=[told])
        return
    zh = lang.value == "zh"
    line(f"{store}: {'版次' if zh else 'revision'} {revision}")
    line(f"{'撤回' if zh else 'to withdraw'}: graphkit forget {store} {source}")


def _words(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign or not name.strip() or not text.strip():
            raise typer.BadParameter(f"write PROPERTY=VALUE, not {name}", param_hint="--set")
        found[name.strip()] = text.strip()
    return found


def sheet(store: StoreArgument, out: OutOption) -> None:
    """Write the check sheet: the record as a workbook to be corrected and sent back.

    Example: graphkit sheet county.duckdb -o 核对.xlsx
    """
    from graphkit.exporters.sheet import sheet

    with open_store(store) as opened:
        line(str(sheet(opened, out)))


def apply(
    store: StoreArgument,
    file: Annotated[Path, typer.Argument(metavar="SHEET", help="The check sheet that came back.")],
    *,
    plan: Annotated[bool, typer.Option("--plan", help="Only show what would change.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="How it is known; default: the sheet's name.")] = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Take a check sheet back: changed cells become a correction; what the record changed too is a conflict.

    Example: graphkit apply county.duckdb 核对.xlsx --plan
    """
    from graphkit.corrections.apply import apply
    from graphkit.corrections.hand import withdrawal

    with open_store(store) as opened:
        told = apply(opened, file, plan=plan, reason=reason, by=by)
        source = withdrawal(opened) if told.changes and not plan else None
        schema = opened.schema
    problems = [{"sheet": p.sheet, "place": p.place, "what": p.what} for p in told.problems]
    if as_json:
        counts = {"changes": len(told.changes), "conflicts": len(told.conflicts)}
        print_json(
            store=store, revision=told.revision, plan=plan, source=source, **counts, problems=problems, table=told.frame
        )
        return
    if told.changes or told.conflicts:
        table(captioned(schema, told.frame.drop(columns="node"), lang))
    for problem in told.problems:
        line(f"! {problem.sheet} {problem.place}: {problem.what}")
    line(_counts(told, zh=lang.value == "zh"))
    if source:
        line(f"{'撤回' if lang.value == 'zh' else 'to withdraw'}: graphkit forget {store} {source}")


def template(out: OutOption) -> None:
    """Write the empty form for the towns: company register and federation register, with drop-downs, in Chinese.

    Example: graphkit template -o 空表.xlsx
    """
    from graphkit.exporters.template import template

    line(str(template(out)))


def bundle(
    store: StoreArgument,
    out: Annotated[Path, typer.Argument(metavar="ZIP", help="The file to write.")],
    *,
    rules: Annotated[Path | None, typer.Option("--rules", help="The office's rules file.", dir_okay=False)] = None,
    tier: TierOption = Tier.internal,
) -> None:
    """Write the whole record as one zip that another office loads: raw rows, decisions, rules, hashes.

    Example: graphkit bundle county.duckdb 南安.zip
    """
    from graphkit.exporters.bundle import bundle

    with open_store(store) as opened:
        line(str(bundle(opened, out, rules=rules, tier=tier.value)))


def _counts(told: "ApplyReport", *, zh: bool) -> str:
    numbers = (len(told.changes), len(told.conflicts), len(told.problems))
    if zh:
        done = "将更正" if told.plan else "已更正"
        return f"{done} {numbers[0]} 处，冲突 {numbers[1]} 处，未采用 {numbers[2]} 处；版次 {told.revision}"
    done = "to correct" if told.plan else "corrected"
    return f"{done}: {numbers[0]}, conflicts: {numbers[1]}, not taken: {numbers[2]}; revision {told.revision}"
