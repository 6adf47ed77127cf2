"""Where a stretch of a document stands, as people and programs find it again: paragraph and characters of the file."""

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphkit.documents.clean import CleanText

LONGEST = 160  # of the words on either side of an item: one line of five megabytes is no sentence
_END = re.compile(r"[。！？!?；;\n]+[”’」』）)]*")
PLACE = re.compile(r"¶(\d+) \[(\d+):(\d+)\]")


class Passages:
    """The paragraphs and sentences of a document."""

    def __init__(self, clean: "CleanText") -> None:
        self.clean = clean
        self._ends = [found.end() for found in _END.finditer(clean.text)]

    def place(self, start: int, end: int) -> str:
        """Return the place of a stretch of the cleaned text: `¶7 [812:830]`, characters of the raw text."""
        return self.clean.place(start, end)

    def raw_place(self, first: int, last: int) -> str:
        """Return the place of a stretch of the raw text; paragraphs are lines that hold something, from 1."""
        return f"¶{max(1, bisect_right(self.clean.paragraphs, first))} [{first}:{last}]"

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Return the sentence or sentences around a stretch of the cleaned text, without blanks at either end."""
        text = self.clean.text
        before, after = bisect_right(self._ends, start), bisect_right(self._ends, end - 1)
        first = max(self._ends[before - 1] if before else 0, start - LONGEST)
        last = min(self._ends[after] if after < len(self._ends) else len(text), end + LONGEST)
        while first < start and text[first].isspace():
            first += 1
        while last > end and text[last - 1].isspace():
            last -= 1
        return first, last


def span_of(place: str | None) -> tuple[int, int] | None:
    """Read the characters of a place; None for a place of another form."""
    found = PLACE.fullmatch(place or "")
    return (int(found[2]), int(found[3])) if found else None
