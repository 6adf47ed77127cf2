"""Commands that tell what is covered, why, and what the sources claim of it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.options import (
    AsOfOption,
    ByOption,
    RulesOption,
    UnitsOption,
    WeightOption,
    covered_by,
    read_ruled,
    show_rates,
    split,
)
from graphkit.cli.show import JsonOption, Lang, LangOption, StoreArgument, captioned, line, print_json, shortened, table
from graphkit.cli.spread import EngineName, EngineOption, MasterOption, PartsOption, covered_by_spark, spark_of

if TYPE_CHECKING:
    import pandas as pd

    from graphkit.analysis.coverage import Coverage
    from graphkit.analysis.spread import SpreadCoverage


def coverage(
    store: StoreArgument,
    by: ByOption = None,
    weight: WeightOption = "count",
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    engine: EngineOption = EngineName.default,
    master: MasterOption = None,
    parts: PartsOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Tell how many units have a women's organisation: covered, gap, unknown, and the interval.

    Example: graphkit coverage county.duckdb --by 乡镇
    """
    from graphkit.analysis.anywhere import rates

    spark = spark_of(engine, master, parts)
    told = (units, as_of, rules)
    found = covered_by(store, told, lang) if spark is None else covered_by_spark(store, told, spark, lang)
    if as_json:
        rows = rates(found, by=split(by), weight=weight)
        print_json(**_headline(found, rows), table=rows)
        return
    show_rates(found, split(by), weight, lang=lang, head=found.text(lang.value))


def _headline(found: "Coverage | SpreadCoverage", rows: "pd.DataFrame") -> dict[str, Any]:
    """Return the figures of all units, which stand in the last row of any rates, and what they depend on."""
    total = rows.to_dict("records")[-1]
    told = "women_employees" if "women" in total else "count"  # a caption may have been typed
    return found.headline() | {"rate": total["rate"], "interval": [total["low"], total["high"]], "weight": told}


def why(
    store: StoreArgument,
    unit: Annotated[str, typer.Argument(help="A unit's id, name or alias.")],
    units: UnitsOption = "companies",
    as_of: AsOfOption = None,
    rules: RulesOption = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Explain a unit's status: rule, organisation, source and place; or what is missing."""
    from graphkit.analysis.explain import why as explained

    told = explained(covered_by(store, (units, as_of, rules), lang), unit)
    if as_json:
        fields = asdict(told)
        print_json(**fields, table=fields["grounds"])
        return
    line(told.text(lang.value))


def claims(
    store: StoreArgument,
    rules: RulesOption = None,
    every: Annotated[bool, typer.Option("--all", help="Also the numbers that no rule can count after.")] = False,
    *,
    as_json: JsonOption = False,
    lang: LangOption,
) -> None:
    """Hold what the sources claim against what they name: stated, named, and how many at least are not named."""
    from graphkit.analysis.claims import claims as checked
    from graphkit.exporters.wording import word_for

    graph, known = read_ruled(store, rules, lang)
    rows = checked(graph, rules=known, lang=lang.value)
    if as_json:
        print_json(claims=len(rows), table=rows)
        return
    counted = rows if every else rows[rows["verdict"] != "not checkable"]
    shown = counted[["subject", "measure", "value", "bound", "as_of", "named", "unnamed", "verdict", "source", "place"]]
    shown = shown.rename(columns={"bound": "value_bound"}).assign(source=[shortened(text) for text in shown["source"]])
    shown = shown.assign(measure=[word_for(measure, lang.value) for measure in shown["measure"]])
    table(captioned(graph.schema, shown.assign(subject=[shortened(text) for text in shown["subject"]]), lang))
    left, zh = len(rows) - len(counted), lang == Lang.zh
    line("已列名的不一定都在所称的数目之内。" if zh else "The named need not all be among those that are counted.")
    if left:
        line(f"另有 {left} 个数目没有清点规则（--all 列出）。" if zh else f"No rule counts {left} others (--all).")
