"""A text under repair that never loses its place: each of its characters knows the stretch of the first text it is."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

# Places are 32 bits wide: half the memory, and no document comes near 2**31 characters.
_PLACE = np.int32
Places = np.ndarray[tuple[int], np.dtype[np.int32]]


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in place of the stretch `[start, end)`.

    A text of the same length replaces character by character; another one stands for the stretch as a whole. With
    `joined`, a stretch that is taken out still belongs to the character before it, as a gloss does to what it glosses.
    """

    start: int
    end: int
    text: str = ""
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Aligned:
    """A text, and for each of its characters the half-open stretch `[starts[i], ends[i])` of the first text."""

    text: str
    starts: Places
    ends: Places

    @classmethod
    def of(cls, text: str) -> Self:
        """Return a text in which nothing is changed yet."""
        starts = np.arange(len(text), dtype=_PLACE)
        return cls(text, starts, starts + _PLACE(1))

    def replaced(self, text: str) -> Self:
        """Return another text in the same places; one of another length stands for all of this one."""
        return self.edited([Edit(0, len(self.text), text)])

    def edited(self, edits: Iterable[Edit]) -> Self:
        """Return the text with all edits made; they are sorted and do not overlap."""
        listed = list(edits)
        if not listed:
            return self
        joined = any(edit.joined for edit in listed)
        return (type(self)(self.text, self.starts, self._joined(listed)) if joined else self)._made(listed)

    def _made(self, listed: list[Edit]) -> Self:
        if not any(edit.text for edit in listed):
            return self._without(listed)
        texts: list[str] = []
        starts: list[Places] = []
        ends: list[Places] = []
        done = 0
        for edit in listed:
            texts += self.text[done : edit.start], edit.text
            starts.append(self.starts[done : edit.start])
            ends.append(self.ends[done : edit.start])
            first, last = self._places(edit)
            starts.append(first)
            ends.append(last)
            done = edit.end
        texts.append(self.text[done:])
        starts.append(self.starts[done:])
        ends.append(self.ends[done:])
        return type(self)("".join(texts), np.concatenate(starts), np.concatenate(ends))

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the first text that `[start, end)` stands for."""
        if start >= end:
            at = int(self.starts[start]) if start < len(self.text) else int(self.ends[-1]) if self.text else 0
            return at, at
        return int(self.starts[start]), int(self.ends[end - 1])

    def _places(self, edit: Edit) -> tuple[Places, Places]:
        size = len(edit.text)
        if size == edit.end - edit.start:
            return self.starts[edit.start : edit.end], self.ends[edit.start : edit.end]
        start, end = self.origin(edit.start, edit.end)
        return np.full(size, start, dtype=_PLACE), np.full(size, end, dtype=_PLACE)

    def _without(self, edits: list[Edit]) -> Self:
        kept = np.ones(len(self.text), dtype=bool)
        for edit in edits:
            kept[edit.start : edit.end] = False
        bounds = [0, *(place for edit in edits for place in (edit.start, edit.end)), len(self.text)]
        pieces = [self.text[start:end] for start, end in list(pairwise(bounds))[::2]]
        return type(self)("".join(pieces), self.starts[kept], self.ends[kept])

    def _joined(self, edits: list[Edit]) -> Places:
        ends = self.ends.copy()
        for edit in edits:
            if edit.joined and edit.start:
                ends[edit.start - 1] = ends[edit.end - 1]
        return ends


def packed(places: Places) -> "array[int]":
    """Return the places as a compact array of plain integers, for readers who want no numpy numbers."""
    plain = array("i")
    plain.frombytes(np.ascontiguousarray(places, dtype=_PLACE).tobytes())
    return plain
