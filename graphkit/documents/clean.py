"""A raw text becomes one that can be read: repaired, folded, without tails; every character knows its raw place."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from graphkit.documents.alignment import Aligned, packed
from graphkit.documents.blanks import without_stray_blanks
from graphkit.documents.bylines import Author
from graphkit.documents.files import RawText
from graphkit.documents.folding import fold
from graphkit.documents.layout import without_page_breaks
from graphkit.documents.metadata import Metadata, iso, read_metadata
from graphkit.documents.repair import LOST, Change, repair
from graphkit.documents.tails import Cut, cuts_of, edits_of


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cleaned text and where each of its characters stands in the raw one.

    `starts[i]`, `ends[i]`: the raw half-open stretch that cleaned character i stands for (both of length `len(text)`);
    the gloss that was taken out behind a character belongs to it. `paragraphs`: where the raw lines that are not empty
    begin. `repairs`, `losses`, `cuts`: what was changed, marked as lost or left out, by raw places.
    """

    raw: str
    text: str
    starts: Sequence[int] = field(repr=False, hash=False)
    ends: Sequence[int] = field(repr=False, hash=False)
    metadata: Metadata = field(default_factory=Metadata)
    paragraphs: Sequence[int] = field(default=(), repr=False, hash=False)
    repairs: tuple[Change, ...] = ()
    losses: tuple[Change, ...] = ()
    cuts: tuple[Cut, ...] = ()

    @property
    def title(self) -> str | None:
        """Return the title of the document, if it has one."""
        return self.metadata.title

    @property
    def publisher(self) -> str | None:
        """Return who published the document, as it says so itself."""
        return self.metadata.publisher

    @property
    def date(self) -> str | None:
        """Return the day of the document as a partial ISO date."""
        return self.metadata.date

    @property
    def authors(self) -> tuple[Author, ...]:
        """Return who made the document; names of people, for the record of the source only."""
        return self.metadata.authors

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw half-open stretch of a cleaned one."""
        return self.starts[start], self.ends[end - 1]

    def quote(self, start: int, end: int) -> str:
        """Return the words of the raw text for a cleaned stretch, exactly as they stand there."""
        first, last = self.raw_span(start, end)
        return self.raw[first:last]

    def is_torn(self, start: int, end: int) -> bool:
        """Say whether a cleaned stretch holds or touches what was lost: a name read from it may be half of one."""
        return LOST in self.text[max(0, start - 1) : end + 1]

    def place(self, start: int, end: int) -> str:
        """Say where a cleaned stretch stands in the raw text: `¶7 [812:830]`, paragraph and characters."""
        first, last = self.raw_span(start, end)
        return f"¶{self.paragraph(first)} [{first}:{last}]"

    def paragraph(self, offset: int) -> int:
        """Return the number of the paragraph that a raw offset stands in; raw lines that are not empty count from 1."""
        return bisect_right(self.paragraphs, offset)


def clean(raw: str | RawText, *, title: str | None = None) -> CleanText:
    """Clean a raw text: undo glosses, mark what is lost, fold characters, close blanks, read the metadata, cut tails.

    `title`: what the document is called; what a file says of itself goes before what its text says.
    """
    if isinstance(raw, RawText):
        return _with_head(clean(raw.text, title=title or raw.title), raw)
    repaired = repair(Aligned.of(raw))
    folded, lost = fold(repaired.text)
    whole = without_stray_blanks(without_page_breaks(folded))
    metadata = read_metadata(whole.text, title=title)
    cuts = cuts_of(whole.text)
    body = whole.edited(edits_of(cuts))
    return CleanText(
        raw,
        body.text,
        packed(body.starts),
        packed(body.ends),
        metadata=metadata,
        paragraphs=_paragraphs(raw),
        repairs=repaired.repairs,
        losses=tuple(sorted((*repaired.losses, *lost), key=lambda change: change.start)),
        cuts=tuple(Cut(cut.kind, *whole.origin(cut.start, cut.end)) for cut in cuts),
    )


def _with_head(text: CleanText, raw: RawText) -> CleanText:
    told = text.metadata
    day = iso(raw.date) if raw.date else None
    said = replace(
        told,
        publisher=raw.publisher or told.publisher,
        date=day or told.date,
        date_not_before=None if day else told.date_not_before,
    )
    return replace(text, metadata=said)


def _paragraphs(raw: str) -> tuple[int, ...]:
    found = []
    start = 0
    for line in raw.split("\n"):
        if line and not line.isspace():
            found.append(start)
        start += len(line) + 1
    return tuple(found)
