"""A web page becomes the lines a reader sees: no scripts, no navigation, one line a block, table cells by tabs."""

import re
from dataclasses import dataclass
from typing import Any

from graphkit.errors import DataError

_SKIPPED = frozenset(
    "script style noscript template nav iframe object svg math select option textarea button head rt rp audio video"
    " canvas".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody tfoot thead"
    " tr ul".split()
)
_CELLS = frozenset(("td", "th"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body|div|p|br|table|span|meta|a)[\s>/]", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SITE = re.compile(r"\s*[-_|]\s*[^-_|]{2,30}$")
# A cell with more than this is no cell of a table but a column of the page.
_LONGEST_CELL = 200
# Where the source of a page begins a new line amid Han characters, its reader sees none.
_SOURCE_LINE = re.compile("(?<=[\u3001-\u9fff\uff00-\uff60])[ \\t\\r]*\\n[ \\t\\r\\n]*(?=[\u3001-\u9fff\uff00-\uff60])")
_MENUS = frozenset("ul ol dl div section aside header footer table".split())
_MANY_LINKS, _SHARE_OF_LINKS = 4, 0.8
_GAP = "\x1f"


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page, what it says of itself in its head, and whether lists of links were left out."""

    text: str
    title: str | None = None
    publisher: str | None = None
    date: str | None = None
    menus: bool = False


def is_markup(text: str) -> bool:
    """Say whether a text is a web page, by what stands in it."""
    head = text[:20_000].lstrip("\ufeff \t\r\n").lower()
    return head.startswith(("<!doctype html", "<html")) or len(_TAG.findall(head)) >= 3


def read_markup(text: str, *, source: str) -> Page:
    """Read a page; entities are decoded, white space is as a browser shows it, hidden elements stay hidden.

    Raise DataError for a page nested so deeply that its reader gives up: what it has read until then is not the page.
    """
    from lxml import etree, html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True, encoding="utf-8")
    data = _DECLARATION.sub("", text).replace("\x00", "").encode("utf-8", errors="replace")
    try:
        root = html.document_fromstring(data, parser=parser)
    except etree.ParserError:  # there is nothing in it
        return Page("")
    if any("depth" in entry.message for entry in parser.error_log):
        hint = "Open it in a browser, and save what it shows as text."
        raise DataError(f"{source} nests too deeply", code="document-unreadable", hint=hint, source=source)
    menus = _menus(root)
    if menus and not _Reader(menus).read(root):
        menus = set()  # a page that is nothing but a list of links is read for its list
    told = {str(meta.get("name", "")).casefold(): _words(meta.get("content", "")) for meta in root.iter("meta")}
    return Page(
        _Reader(menus).read(root),
        title=told.get("articletitle") or _title(root),
        # The names that pages of Chinese authorities are told to use.
        publisher=told.get("contentsource") or None,
        date=told.get("pubdate") or None,
        menus=bool(menus),
    )


def _title(root: Any) -> str | None:
    heads = [_words(head.text_content()) for head in root.iter("h1")]
    titles = [_SITE.sub("", _words(title.text_content())) for title in root.iter("title")]
    found = [*(heads if len(heads) == 1 else []), *titles]
    return next((title for title in found if title), None)


def _words(text: str) -> str:
    return " ".join(_SOURCE_LINE.sub("", text).split())


def _menus(root: Any) -> set[Any]:
    """Find the blocks that are little but links: menus, lists of other articles, sharing buttons."""
    found = set()
    weights: dict[Any, tuple[int, int, int]] = {}
    for element in reversed(list(root.iter())):
        inner = [weights.pop(child, (0, 0, 0)) for child in element]
        own = "".join((element.text or "", *(child.tail or "" for child in element)) if _is_shown(element) else ())
        whole = len(own.strip()) + sum(weight[0] for weight in inner)
        linked, links = sum(weight[1] for weight in inner), sum(weight[2] for weight in inner)
        if element.tag == "a":
            linked, links = whole, 1
        weights[element] = (whole, linked, links)
        if links >= _MANY_LINKS and linked >= _SHARE_OF_LINKS * whole and element.tag in _MENUS:
            found.add(element)
    return found


def _is_shown(element: Any) -> bool:
    return isinstance(element.tag, str) and element.tag not in _SKIPPED


class _Reader:
    """Collects lines on the way through the elements; iterative, for pages may be nested without end."""

    def __init__(self, left_out: set[Any]) -> None:
        self.left_out = left_out
        self.lines: list[str] = []
        self.words: list[str] = []
        self.cells: list[Any] = []

    def read(self, root: Any) -> str:
        waiting: list[tuple[Any, bool]] = [(root, False)]
        while waiting:
            element, left = waiting.pop()
            tag = element.tag if isinstance(element.tag, str) else ""
            if left:
                self._leave(element, tag)
                self._say(element.tail)
            elif not _is_shown(element) or element in self.left_out or _is_hidden(element):
                if tag in _BLOCKS:
                    self._break()
                self._say(element.tail)
            else:
                self._enter(element, tag)
                waiting.append((element, True))
                waiting += [(child, False) for child in reversed(element)]
        self._break()
        return "\n".join(self.lines)

    def _enter(self, element: Any, tag: str) -> None:
        if tag in _CELLS and _is_short(element):
            self.cells.append(element)
        elif tag in _BLOCKS or tag in _CELLS:
            self._break()
        self._say(element.text, as_is=tag == "pre")

    def _leave(self, element: Any, tag: str) -> None:
        if self.cells and self.cells[-1] is element:
            self.cells.pop()
            self.words.append("\t")
        elif tag in _BLOCKS or tag in _CELLS:
            self._break()

    def _say(self, text: str | None, *, as_is: bool = False) -> None:
        if not text:
            return
        if not as_is:
            self.words.append(re.sub(r"[ \t\r\n\f]+", " ", _SOURCE_LINE.sub("", text)))
            return
        *whole, last = text.split("\n")
        for line in whole:
            self.words.append(line)
            self._break()
        self.words.append(last)

    def _break(self) -> None:
        if self.cells:
            self.words.append(_GAP)
            return
        cells = re.sub(" {2,}", " ", "".join(self.words)).split("\t")
        self.words.clear()
        line = "\t".join(map(_in_one_line, cells)).strip()
        if line:
            self.lines.append(line)


def _in_one_line(cell: str) -> str:
    return "  ".join(part for part in map(str.strip, cell.split(_GAP)) if part)


def _is_hidden(element: Any) -> bool:
    return "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")) is not None


def _is_short(cell: Any) -> bool:
    return cell.find(".//table") is None and len(cell.text_content()) <= _LONGEST_CELL
