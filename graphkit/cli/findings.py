"""What a load is told to a person or a program: columns as read, rows skipped, cells not understood."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from graphkit.cli.show import Lang, line
from graphkit.loaders.wording import note_text, reason_text

if TYPE_CHECKING:
    from graphkit.loaders.report import Finding, LoadReport

MOST_SHOWN = 20
WORDS = {
    "guessed": {"zh": "列的含义（推测）", "en": "columns, as guessed"},
    "told": {"zh": "列的含义（按映射）", "en": "columns, by the mapping"},
    "skipped": {"zh": "略过的行", "en": "rows skipped"},
    "not_understood": {"zh": "未能识别的单元格，按不明处理", "en": "cells not understood, now unknown"},
    "doubtful": {"zh": "存疑，照录", "en": "doubtful, taken as written"},
    "ignored": {"zh": "未采用的列", "en": "columns not used"},
    "hidden": {"zh": "隐藏的行、列（已读入）", "en": "hidden rows, columns"},
    "encoding": {"zh": "编码", "en": "encoding"},
    "mapping": {"zh": "映射文件", "en": "mapping"},
    "more": {"zh": "另有", "en": "more"},
    "form": {"zh": "格式", "en": "form"},
    "tagger": {"zh": "分词", "en": "tagger"},
    "accepted": {"zh": "采纳", "en": "accepted"},
    "proposed": {"zh": "待审", "en": "proposed"},
    "repairs": {"zh": "修复", "en": "places mended"},
    "lost": {"zh": "无法辨认或推断复原之处", "en": "places that cannot be read, or were read again"},
    "not_taken": {"zh": "未采用", "en": "not taken"},
    "review": {"zh": "待审内容", "en": "to decide on what waits"},
}


def load_rows(reports: Iterable["LoadReport"]) -> list[dict[str, Any]]:
    """Return a row for each file or sheet, as it is shown and put into JSON."""
    return [
        {"dataset": r.dataset, "edition": r.edition, "file": f.file, "sheet": f.sheet or None, "type": f.becomes}
        | {"read": f.read, "used": f.used, "merged": f.merged, "skipped": len(f.skipped)}
        for r in reports
        for f in r.files
    ]


def load_findings(report: "LoadReport") -> dict[str, Any]:
    """Return everything that a table's report says, for JSON."""
    return {
        "dataset": report.dataset,
        "encoding": report.encoding,
        "guessed": report.guessed,
        "mapping": report.mapping,
        "mapping_file": None if report.mapping_file is None else str(report.mapping_file),
        "hidden_rows": report.hidden_rows,
        "hidden_columns": report.hidden_columns,
        "skipped": [asdict(finding) for finding in report.skipped],
        "not_understood": [asdict(finding) for finding in report.not_understood],
        "ignored": [asdict(finding) for finding in report.ignored],
        "doubtful": [asdict(finding) for finding in report.doubtful],
        "notes": list(report.notes),
    }


def document_findings(report: "LoadReport") -> dict[str, Any]:
    """Return everything that a document's report says, for JSON."""
    read = report.document
    if read is None:
        return {}
    return {
        "dataset": report.dataset,
        "encoding": report.encoding,
        "form": read.form,
        "tagger": read.tagger,
        "accepted": read.accepted,
        "proposed": read.proposed,
        "repairs": read.repairs,
        "lost": [asdict(finding) for finding in read.lost],
        "not_taken": [asdict(finding) for finding in (*report.not_understood, *report.skipped)],
    }


def show_document(report: "LoadReport", store: str, lang: Lang) -> None:
    """Print how a document was read: what counts now, what waits, what is lost."""
    read = report.document
    if read is None:
        return
    word = {name: words[lang.value] for name, words in WORDS.items()}
    kinds = {"entities": ("实体", "entities"), "relations": ("关系", "relations"), "statistics": ("数字", "statistics")}
    told = []
    for kind, names in kinds.items():
        counts = f"{word['accepted']} {read.accepted[kind]}, {word['proposed']} {read.proposed[kind]}"
        told.append(f"{names[lang is Lang.en]} {counts}")
    line(f"\n{report.dataset}{f' {report.edition}' if report.edition else ''} · {'; '.join(told)}")
    how = {"form": read.form, "encoding": report.encoding, "tagger": read.tagger, "repairs": read.repairs or None}
    line(" · ".join(f"{word[name]}: {value}" for name, value in how.items() if value is not None))
    _listed(word["lost"], read.lost, word["more"], lang)
    _listed(word["not_taken"], (*report.not_understood, *report.skipped), word["more"], lang)
    if any(read.proposed.values()):
        line(f"{word['review']}: graphkit review {store} --items")


def show_load(report: "LoadReport", lang: Lang) -> None:
    """Print how a table was read; a dataset with a description of its own needs no such words."""
    if not report.mapping:
        return
    word = {name: words[lang.value] for name, words in WORDS.items()}
    line(f"\n{report.dataset} · {word['guessed' if report.guessed else 'told']}")
    for text in report.mapping.splitlines()[2:]:
        line(f"  {text}")
    if report.mapping_file is not None:
        line(f"{word['mapping']}: {report.mapping_file}")
    if report.encoding:
        line(f"{word['encoding']}: {report.encoding}")
    if report.hidden_rows or report.hidden_columns:
        line(f"{word['hidden']}: {report.hidden_rows}, {report.hidden_columns}")
    for reason, count in Counter(finding.reason for finding in report.skipped).items():
        places = ", ".join(finding.place for finding in report.skipped if finding.reason == reason)
        why = reason_text(reason, lang.value)
        line(f"{word['skipped']}: {count} · {why} · {places[:100]}{'…' if len(places) > 100 else ''}")
    for name in ("not_understood", "doubtful"):
        _listed(word[name], getattr(report, name), word["more"], lang)
    if report.ignored:
        columns = "、".join(f"{finding.column} ({finding.place})" for finding in report.ignored)
        line(f"{word['ignored']}: {len(report.ignored)} · {columns}")
    for note in report.notes[:MOST_SHOWN]:
        line(f"! {note_text(note, lang.value)}")


def _listed(title: str, findings: "tuple[Finding, ...]", more: str, lang: Lang) -> None:
    if not findings:
        return
    line(f"{title}: {len(findings)}")
    for finding in findings[:MOST_SHOWN]:
        line(f"  {finding.text(lang.value)}")
    if len(findings) > MOST_SHOWN:
        line(f"  … {more} {len(findings) - MOST_SHOWN}")
