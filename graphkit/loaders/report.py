"""What a load did with each file: rows read, used, merged, skipped; nothing is dropped silently."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graphkit.graph.editions import Changes
from graphkit.loaders.wording import reason_text


@dataclass(frozen=True, slots=True)
class Finding:
    """A row or a cell that did not become what it was read for: where it is, what it says, and why."""

    file: str
    sheet: str
    row: int
    reason: str
    column: str = ""
    value: str = ""
    place: str = ""

    def __str__(self) -> str:
        return self.text("en")

    def text(self, lang: str) -> str:
        """Say it in a language; the reason itself stays as it is, so that it can be counted and compared."""
        said = f"{self.value!r}: " if self.value else ""
        return f"{self.place}{f' {self.column}' if self.column else ''}: {said}{reason_text(self.reason, lang)}"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file or sheet: of the `read` rows `used` became elements, `merged` repeated one, `skipped` say why not."""

    file: str
    becomes: str
    read: int
    used: int
    merged: int = 0
    sheet: str = ""
    skipped: tuple[Finding, ...] = ()
    hidden_rows: int = 0
    hidden_columns: int = 0


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """How a document was read: what of it is `accepted` and what is `proposed`, by kind (entities, relations ...).

    `tagger`: what tagged its words; `form`: text, html, docx, pdf; `repairs`: how many places were mended; `lost`: what
    cannot be read, or was read again without certainty, with its place.
    """

    accepted: Mapping[str, int]
    proposed: Mapping[str, int]
    tagger: str
    form: str
    repairs: int = 0
    lost: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadReport:
    """One source: its files and what has to be looked at.

    `not_understood`: cells whose value is not known now; `doubtful`: values that were taken, though something is odd;
    `encoding` of a text file; `mapping`: the columns as they were read, as YAML; `guessed`: nobody had told them;
    `ignored`: columns of which nothing is read;
    `delivery`: snapshot (a full list) or additions, None if it is not told; `changes`: what a snapshot changed against
    the edition before it, None if there is none; `document`: how a report in words was read, None for a table.
    """

    dataset: str
    edition: str | None
    source_id: str
    invented: bool = False
    files: tuple[FileReport, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    not_understood: tuple[Finding, ...] = ()
    doubtful: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    encoding: str | None = None
    mapping: str = ""
    guessed: bool = False
    mapping_file: Path | None = None
    ignored: tuple[Finding, ...] = ()
    delivery: str | None = None
    changes: Changes | None = None
    document: DocumentFacts | None = None

    @property
    def read(self) -> int:
        return sum(file.read for file in self.files)

    @property
    def used(self) -> int:
        return sum(file.used for file in self.files)

    @property
    def merged(self) -> int:
        return sum(file.merged for file in self.files)

    @property
    def skipped(self) -> tuple[Finding, ...]:
        return tuple(finding for file in self.files for finding in file.skipped)

    @property
    def hidden_rows(self) -> int:
        return sum(file.hidden_rows for file in self.files)

    @property
    def hidden_columns(self) -> int:
        return sum(file.hidden_columns for file in self.files)
