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
