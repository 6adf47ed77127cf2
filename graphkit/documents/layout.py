"""Lines that a page broke are put together again; page numbers and running heads go."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from graphkit.documents.alignment import Aligned, Edit

_PAGE_END = "\f"
PAGE_NUMBER = re.compile(
    r"[\s\-—–－_·•.]*(?:第 ?)?[0-9]{1,3}(?: ?页)?(?: ?[/／,，共] ?共? ?[0-9]{1,4} ?页?)?[\s\-—–－_·•.]*"
)
# What begins a line of its own: 一、 （二） 3. 第四条 ① ●
ITEM = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|第[一二三四五六七八九十百]{1,4}[章节条款部]|[0-9]{1,2}(?:[、．)）]|\.(?![0-9]))"
    r"|[（(][0-9]{1,2}[）)]|[①-⑳●■◆▪•※◇○]|附件?[0-9]*[:：]"
)
_INDENT = re.compile(r"[ \t]{2,}")
_SET_IN = re.compile(r"^[ \t]{2,}\S", re.MULTILINE)
_LEAST_BEFORE = 20
SENTENCE_END = re.compile("[。！？；：!?;:”》）)…]$")
_FEWEST, _FEWEST_BROKEN, _NARROWEST, _SLACK = 5, 3, 40, 4
_SHARE = 0.5
_EDGE_LINES, _WIDEST = 2, 1000
_BETWEEN_PAGES = re.compile(f"\n{{0,8}}{_PAGE_END}\n{{0,8}}")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int
    width: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def without_page_breaks(text: Aligned) -> Aligned:
    """Take out what pages add, and the line ends that are no ends of paragraphs."""
    if _PAGE_END in text.text:
        text = text.edited(_furniture(text.text))
        text = text.edited(_between_pages(text.text))
    return text.edited(_wraps(text.text))


def _lines(text: str) -> list[_Line]:
    lines = []
    start = 0
    for line in text.split("\n"):
        lines.append(_Line(line, start, _width(line)))
        start += len(line) + 1
    return lines


def _width(line: str) -> int:
    """Count columns: a Han character is as wide as two others; what no page can hold is only said to be wide."""
    return _WIDEST if len(line) >= _WIDEST else len(line) + sum(char > "\u2e80" for char in line)


def _furniture(text: str) -> list[Edit]:
    """Find page numbers, and what most pages repeat at their edges; the first of it stays, it may be the title."""
    edges: list[_Line] = []
    start = 0
    pages = text.split(_PAGE_END)
    for page in pages:
        lines = [line for line in _lines(page) if line.text.strip()]
        near = [*lines[:_EDGE_LINES], *lines[max(_EDGE_LINES, len(lines) - _EDGE_LINES) :]]
        edges += [_Line(line.text, start + line.start, line.width) for line in near]
        start += len(page) + 1
    repeated = Counter(line.text.strip() for line in edges)
    least = max(3, _SHARE * len(pages))
    seen: set[str] = set()
    gone = []
    for line in edges:
        words = line.text.strip()
        if PAGE_NUMBER.fullmatch(words) or (repeated[words] >= least and words in seen):
            gone.append(Edit(line.start, line.end + (text[line.end : line.end + 1] == "\n")))
        seen.add(words)
    return gone


def _between_pages(text: str) -> list[Edit]:
    """Put a paragraph together that goes on overleaf: the page ends in mid-sentence, and the next begins nothing."""
    set_in = _SET_IN.search(text) is not None
    edits = []
    for found in _BETWEEN_PAGES.finditer(text):
        last = text[max(0, found.start() - _LEAST_BEFORE) : found.start()]
        after = text[found.end() : found.end() + 20]
        broken = last.strip() and not SENTENCE_END.search(last) and (set_in or "\n" not in last)
        goes_on = broken and after.strip() and not _INDENT.match(after) and not ITEM.match(after)
        edits.append(Edit(*found.span(), _joint(last, after) if goes_on else "\n"))
    return edits


def _wraps(text: str) -> list[Edit]:
    """Find the line ends that a page made: behind lines as wide as the page, before lines that begin nothing."""
    lines = _lines(text)
    page = _page_width(lines)
    return [
        Edit(line.end, line.end + 1, _joint(line.text, after.text))
        for line, after in pairwise(lines if page else [])
        if line.width >= page - _SLACK and after.text and not _INDENT.match(after.text) and not ITEM.match(after.text)
    ]


def _page_width(lines: list[_Line]) -> int:
    """Return how wide the lines are that a page broke, 0 if none did: many as wide as the widest, in mid-sentence."""
    told = sorted((line for line in lines if line.text.strip()), key=lambda line: line.width)
    if len(told) < _FEWEST:
        return 0
    page = told[len(told) * 19 // 20 if len(told) >= 20 else -1].width
    full = [line for line in told if line.width >= page - _SLACK]
    broken = [line for line in full if not SENTENCE_END.search(line.text)]
    long = sum(line.width >= page / 2 for line in told)
    if not _NARROWEST <= page < _WIDEST or len(broken) < _FEWEST_BROKEN:
        return 0
    return page if len(full) >= _SHARE * long and len(broken) >= _SHARE * len(full) else 0


def _joint(before: str, after: str) -> str:
    return " " if is_latin(before[-1:]) and is_latin(after[:1]) else ""


def is_latin(char: str) -> bool:
    """Say whether a blank belongs between this and its like where a line ends."""
    return char.isascii() and char.isalnum()
