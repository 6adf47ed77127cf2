"""How a table is to be read: what a workbook does not say of itself."""

from dataclasses import dataclass
from pathlib import Path

from graphkit.errors import DataError
from graphkit.graph.tables import is_text
from graphkit.values import PartialDate

REPORTS = ("report", "letter", "call", "visit")


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What is told about a workbook or report: the dataset and edition it is, its date, mapping and encoding.

    `dataset`: default the file's name; `date`: of the statement, possibly partial; `mapping`: a YAML file, read if it
    is there, else written with the guess; `strict`: raise on the first row or cell that cannot be taken; `delivery`:
    snapshot (a full list) or additions; `kind`: what a report is: report, letter, call, visit; `lexicons`: a folder of
    words of one's own, by which reports are read.
    """

    dataset: str | None = None
    edition: str | None = None
    date: str | None = None
    mapping: Path | None = None
    encoding: str | None = None
    strict: bool = False
    title: str | None = None
    publisher: str | None = None
    invented: bool = False
    delivery: str = "snapshot"
    kind: str = "report"
    lexicons: Path | None = None

    def checked_kind(self) -> str:
        """Return what a report is; raise DataError for what no report can be."""
        if self.kind not in REPORTS:
            message, hint = f"{self.kind!r} is no kind of report", f"Use {', '.join(REPORTS)}."
            raise DataError(message, code="unknown-choice", hint=hint, source=None, place=None, value=self.kind)
        return self.kind

    def checked_date(self) -> str | None:
        """Return the date as graphkit stores it; raise DataError for what is none."""
        return None if self.date is None else str(PartialDate.parse(self.date))

    def checked_names(self, path: Path) -> tuple[str, str | None]:
        """Return dataset and edition; raise DataError for names that are no text."""
        dataset = self.dataset if self.dataset is not None else path.stem
        for name in (dataset, self.edition or "", self.title or "", self.publisher or ""):
            if not is_text(name) or not name.isprintable():
                message = f"{path.name}: the dataset or edition holds characters that are no text"
                hint = "Name it with letters and digits."
                raise DataError(message, code="bad-dataset", hint=hint, source=path.name, place=None, value=None)
        if not dataset.strip():
            message = f"{path.name}: the dataset has no name"
            raise DataError(message, code="bad-dataset", hint="Name one.", source=path.name, place=None, value=None)
        return dataset, self.edition
