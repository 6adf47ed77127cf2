"""`graphkit extract`: what a report names, how it is related and what it counts, with the words that say so."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.show import Lang, LangOption, bounded, line, note, print_json, shortened, table
from graphkit.names import normalise

if TYPE_CHECKING:
    from graphkit.documents.extraction import Extraction
    from graphkit.schema import Schema

QUOTE, ALIASES = 40, 3
STATUS = {Lang.zh: {"accepted": "采纳", "proposed": "待审"}, Lang.en: {"accepted": "accepted", "proposed": "proposed"}}
COLUMNS = {
    "entities": {
        "type": "类型",
        "name": "名称",
        "aliases": "别名",
        "confidence": "可信度",
        "status": "状态",
        "quote": "原文",
    },
    "relations": {
        "source": "起点",
        "type": "关系",
        "target": "终点",
        "properties": "属性",
        "confidence": "可信度",
        "status": "状态",
        "quote": "原文",
    },
    "statistics": {
        "subject": "对象",
        "measure": "指标",
        "value": "数值",
        "unit": "单位",
        "as_of": "截至",
        "status": "状态",
        "quote": "原文",
    },
}
TITLES = {
    "entities": {Lang.zh: "实体", Lang.en: "entities"},
    "relations": {Lang.zh: "关系", Lang.en: "relations"},
    "statistics": {Lang.zh: "数字", Lang.en: "statistics"},
}
HEAD = {
    Lang.zh: "{file}：{accepted} 项采纳，{proposed} 项待审：{entities} 个实体，{relations} 条关系，{statistics} 个数字",
    Lang.en: "{file}: {accepted} accepted, {proposed} proposed: entities {entities}, relations {relations}, "
    "statistics {statistics}",
}
LOST = {
    Lang.zh: "! {count} 处原文有损，未作推断",
    Lang.en: "! {count} places of the text are damaged; nothing is made up for them",
}


class Format(StrEnum):
    """How the answer is printed."""

    table = "table"
    json = "json"


def extract(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Reports: txt, html, docx, pdf with text.")],
    *,
    form: Annotated[Format, typer.Option("--format", help="table for people, json for programs.")] = Format.table,
    lexicons: Annotated[
        Path | None, typer.Option(help="A folder with words of one's own.", exists=True, file_okay=False)
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Encoding of a text or page, such as gb18030, if the one found is wrong.")
    ] = None,
    lang: LangOption,
) -> None:
    """Read reports and print what they name, how it is related and what they count; nothing is stored.

    Example: graphkit extract 工作总结.docx --format json
    """
    from graphkit.documents.extraction import extract_file
    from graphkit.documents.lexicon import load_lexicon
    from graphkit.schema import Schema

    lexicon = load_lexicon(lexicons) if lexicons else None
    # All are read before anything is printed: a file that cannot be read leaves nothing half said.
    told = [extract_file(file, lexicon=lexicon, encoding=encoding) for file in files]
    if form is Format.json:
        written = [one.to_dict() for one in told]
        print_json(**written[0]) if len(written) == 1 else print_json(files=len(written), table=written)
        return
    for file, one in zip(files, told, strict=True):
        _show(file, one, Schema.load(), lang)


def _show(file: Path, told: "Extraction", schema: "Schema", lang: Lang) -> None:
    """Print one document: how much is sure, then what it names, how it is related, what it counts."""
    import pandas as pd

    document = told.to_dict()
    kinds = tuple(COLUMNS)
    items = [item for kind in kinds for item in document[kind]]
    accepted = sum(item["status"] == "accepted" for item in items)
    counts = {kind: len(document[kind]) for kind in kinds}
    line(HEAD[lang].format(file=file.name, accepted=accepted, proposed=len(items) - accepted, **counts))
    if told.clean.losses:
        note(LOST[lang].format(count=len(told.clean.losses)))
    names = {entity["id"]: entity["name"] for entity in document["entities"]}
    for kind in kinds:
        rows = [_row(kind, item, names, (schema, lang)) for item in document[kind]]
        if rows:
            frame = pd.DataFrame(rows)[list(COLUMNS[kind])]
            shown = frame.rename(columns=COLUMNS[kind]) if lang is Lang.zh else frame
            table(shown, title=TITLES[kind][lang])


def _row(kind: str, item: dict[str, Any], names: dict[str, str], asked: "tuple[Schema, Lang]") -> dict[str, Any]:
    """Write an item as a reader wants to see it; what a terminal would obey is not printed."""
    schema, lang = asked
    row = dict(item)
    row["status"] = STATUS[lang][item["status"]]
    row["quote"] = shortened(normalise(item["evidence"]), QUOTE)
    for end in ("source", "target", "subject"):
        if end in item:
            row[end] = names.get(item[end], "")
    if kind == "statistics":
        row["value"] = bounded(item["value"], item["bound"])
        return row
    row["type"] = schema.caption("node" if kind == "entities" else "edge", item["type"], lang.value)
    if kind == "entities":
        others = [alias for alias in item["aliases_repaired"] if normalise(alias) != item["name"]]
        row["aliases"] = "、".join(map(normalise, others[:ALIASES]))
    else:
        told = [
            f"{name}={value}" for name, value in item["properties"].items() if value is not None and name != "basis"
        ]
        row["properties"] = " ".join(map(normalise, told))
    return row
