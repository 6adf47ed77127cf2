"""What a page carries around its text: navigation, bylines, counters, advertisements. Read first, then cut."""

import re
from dataclasses import dataclass
from typing import Literal

from graphkit.documents.alignment import Edit
from graphkit.documents.bylines import byline_of, bylines
from graphkit.documents.metadata import HEAD, LABEL, TAIL, Line, lines_of, parts_of

CutKind = Literal["tail", "head", "byline"]
_TAIL_FROM, _LONGEST_MARK = 0.6, 120
_MARK = re.compile(
    r"\W{0,3}(?:(?:相关(?:阅读|链接|新闻|文章|报道|推荐|专题)|(?:推荐|延伸|热门|精彩)(?:阅读|推荐|文章|新闻)|猜你喜欢"
    r"|往期(?:推荐|回顾|精彩)|阅读原文|[上下]一[篇条页]|打印(?:本页|此页)?|关闭(?:窗口|本页)|分享(?:到|至)|返回(?:顶部|首页)"
    r"|网站地图|联系我们|友情链接|免责声明)(?=$|[\s:：|】\])）>»/])"
    r"|(?:扫一扫|扫码|长按|点击(?:下方|上方|蓝字)|关注(?:我们|公众号)).{0,24}$)"
    r"|.*(?:版权所有(?!权)|您是第.{0,14}位|[A-Za-z]?ICP[备证]|公网安备|网站备案|网站标识码|技术支持[:：]|[Cc]opyright)"
    r".*(?<![。！？；])$"
)
_WRITER = re.compile(r"作者 ?[:：丨｜] *[^\s|，。；,;:：]{0,40}|打印|分享|收藏|[\s|【】\[\]()（）:：、，]")
_PATH = re.compile(r"(?:当前|您(?:现在)?的?)位置|[^>»]{1,20}(?:[>»][^>»]{1,30}){2,}")
_BARS = re.compile(r"[|丨｜]")
_MANY_BARS = 5
_CELL = re.compile(r"[^0-9\s、，。；：,;:]{0,10}")


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a text that is no part of what it says."""

    kind: CutKind
    start: int
    end: int


def cuts_of(text: str) -> list[Cut]:
    """Return what is to be cut, in order: whole lines of navigation, bylines and counters, and the tail of the page."""
    lines = lines_of(text)
    if len(lines) < 2:
        return _in_brackets(text, lines)
    body = _without_tail(text, lines)
    cuts = [Cut("tail", lines[body - 1].end, len(text))] if body < len(lines) else []
    kept = []
    for number, line in enumerate(lines[:body]):
        head = number < HEAD
        kind = _kind(line, head=head, tail=number >= len(lines) - TAIL)
        if kind is None and head and _is_bar(lines, number):
            kind = "head"
        if kind is None:
            kept.append(line)
        else:
            cuts.append(Cut(kind, line.start, line.end))
    return sorted(cuts + _in_brackets(text, kept), key=lambda cut: cut.start)


def edits_of(cuts: list[Cut]) -> list[Edit]:
    """Return the edits that make the cuts."""
    return [Edit(cut.start, cut.end) for cut in cuts]


def _without_tail(text: str, lines: list[Line]) -> int:
    """Return how many lines are left if the tail is cut."""
    last = len(lines)
    for number, line in enumerate(lines):
        if (
            number
            and line.start >= _TAIL_FROM * len(text)
            and len(line.text) <= _LONGEST_MARK
            and _MARK.match(line.text)
        ):
            last = number
            break
    while last > 1 and _is_bar(lines, last - 1):
        last -= 1
    return last


def _is_bar(lines: list[Line], number: int) -> bool:
    """Say whether a line is a bar of links: many short words with bars between; rows of a table stand together."""
    words = lines[number].text
    cells = [cell.strip() for cell in _BARS.split(words)]
    if len(cells) <= _MANY_BARS or words.startswith("|") or not all(map(_CELL.fullmatch, cells)):
        return False
    near = (lines[other].text for other in (number - 1, number + 1) if 0 <= other < len(lines))
    return all(len(_BARS.split(text)) != len(cells) for text in near)


def _kind(line: Line, *, head: bool, tail: bool) -> CutKind | None:
    if not (head or tail) or len(line.text) > _LONGEST_MARK:
        return None
    if byline_of(line.text):
        return "byline"
    parts = parts_of(line.text)
    rest = [_WRITER.sub("", part) for part in parts if not byline_of(part)]
    if (LABEL.search(line.text) or len(rest) < len(parts)) and not any(rest):
        return "head"
    return "head" if head and _PATH.match(line.text) else None


def _in_brackets(text: str, lines: list[Line]) -> list[Cut]:
    edges = lines if len(lines) <= HEAD + TAIL else [*lines[:HEAD], *lines[-TAIL:]]
    return [
        Cut("byline", start, end) for line in edges for start, end, _ in bylines(text, start=line.start, end=line.end)
    ]
