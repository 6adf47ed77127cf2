"""What a copying machine did to a text is undone where the text itself proves it, and marked as lost where not.

Some sites convert a text to traditional characters and then replace, for a list of characters that differs by page,
the bytes of each in GBK by the same and its reading in brackets: 創(chuàng)業(yè). Bytes know nothing of
characters, so that now and then one is torn. A gloss is removed only if all signs agree; what is torn is read again
only if the document says the same words elsewhere; nothing is invented.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from graphkit.documents.alignment import Aligned, Edit
from graphkit.documents.script import traditional
from graphkit.documents.shifts import SHIFTED, Witness, is_odd

LOST = "□"
Kind = Literal["gloss", "shift", "bytes", "private", "control"]
LEAST_GLOSSES, LEAST_CHARACTERS, LEAST_SHARE = 3, 2, 0.8

_GLOSS = re.compile(r"([\u3400-\u9fff])\(([a-zA-Z\u00c0-\u024f\u1e00-\u1eff\u0300-\u036f]{1,9})\)")
# What is left of a gloss that tore a character: one sign for its head, the reading, one for its tail.
_TORN = re.compile(r"[?\ufffd]{1,3}\(?([a-zA-Z\u00c0-\u024f\u1e00-\u1eff\u0300-\u036f]{1,9})\)[?\ufffd]*")
_UNREADABLE = re.compile(r"\ufffd+|(?:锟斤拷)+|(?:烫烫烫|屯屯屯)[烫屯]*|(?<=[\u3400-\u9fff])\?{2,}(?=[!！])")


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch `[start, end)` of the raw text that was repaired or lost; `inferred`: read again, not certain."""

    kind: Kind
    start: int
    end: int
    text: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text with its repairs and losses, both by places of the raw text."""

    text: Aligned
    repairs: tuple[Change, ...]
    losses: tuple[Change, ...]


def repair(text: Aligned) -> Repaired:
    """Take glosses out, read shifted stretches again where the document proves them, mark what is lost."""
    edits, readings = _glosses(text.text)
    repairs = [Change("gloss", *text.origin(edit.start, edit.end)) for edit in edits]
    plain = text.edited(edits)
    marks = _UNREADABLE.finditer(plain.text)
    # In a text that no machine garbled, ?? is how somebody asks.
    changes = [_lost(plain, *found.span()) for found in marks if readings or found[0][0] != "?"]
    if readings:
        changes += _torn(plain, readings)
    changes = _apart(changes)
    done = plain.edited(edit for edit, _ in changes)
    repairs += [change for _, change in changes if change.kind == "shift"]
    losses = tuple(change for _, change in changes if change.kind != "shift")
    return Repaired(done, tuple(repairs), losses)


def _glosses(text: str) -> tuple[list[Edit], set[str]]:
    """Return the glosses to take out, and their readings; none in a text that has no more than a few."""
    if "(" not in text:
        return [], set()
    hits = [found for found in _GLOSS.finditer(text) if _is_reading(found[1], found[2])]
    glossed = Counter(found[1] for found in hits)
    sure = {char for char, count in glossed.items() if count >= LEAST_SHARE * text.count(char)}
    hits = [found for found in hits if found[1] in sure]
    if len(hits) < LEAST_GLOSSES or len(sure) < LEAST_CHARACTERS:
        return [], set()
    edits = [Edit(found.start(2) - 1, found.end(), joined=True) for found in hits]
    return edits, {unicodedata.normalize("NFC", found[2]) for found in hits}


def _is_reading(char: str, reading: str) -> bool:
    return char in traditional() and unicodedata.normalize("NFC", reading) in _readings(char)


@lru_cache(4096)
def _readings(char: str) -> frozenset[str]:
    """Return the toned readings of a traditional character and of its simplified form."""
    import pypinyin

    both = (char, traditional()[char])
    return frozenset(
        unicodedata.normalize("NFC", reading)
        for form in both
        for reading in pypinyin.pinyin(form, style=pypinyin.Style.TONE, heteronym=True)[0]
    )


def _torn(text: Aligned, readings: set[str]) -> list[tuple[Edit, Change]]:
    """Find what the machine tore: glosses within a character, and stretches shifted by a byte."""
    changes = [
        _lost(text, *found.span())
        for found in _TORN.finditer(text.text)
        if unicodedata.normalize("NFC", found[1]) in readings
    ]
    witness = Witness(text.text)
    for found in SHIFTED.finditer(text.text):
        if not is_odd(found[2]):
            continue
        start, end = found.span()
        words = witness.read_again(found)
        if words is None:
            changes.append(_lost(text, start, end))
        else:
            changes.append((Edit(start, end, words), Change("shift", *text.origin(start, end), words, inferred=True)))
    return changes


def _lost(text: Aligned, start: int, end: int) -> tuple[Edit, Change]:
    return Edit(start, end, LOST), Change("bytes", *text.origin(start, end))


def _apart(changes: list[tuple[Edit, Change]]) -> list[tuple[Edit, Change]]:
    """Return the changes in order, without those that reach into one before."""
    kept: list[tuple[Edit, Change]] = []
    for edit, change in sorted(changes, key=lambda change: (change[0].start, -change[0].end)):
        if not kept or edit.start >= kept[-1][0].end:
            kept.append((edit, change))
    return kept
