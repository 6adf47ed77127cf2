"""The tables of a Word document: a header row on every page, columns as wide as what stands in them."""

import re
from collections.abc import Sequence
from typing import Any

from graphkit.exporters.blocks import Column, Table
from graphkit.exporters.drawing import ROOM, escaped
from graphkit.exporters.figures import FONT_SIZE, width_of
from graphkit.exporters.rendering import shown
from graphkit.exporters.wording import say
from graphkit.exporters.workbook import Cleaning
from graphkit.schema import Language

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TWIPS = 15  # in a pixel
PADDING = 14  # pixels on both sides of a cell's text
NUMBERS = ("count", "share")
SIZES = {"Cell": 1.0, "CellSmall": 8 / 9, "CellTiny": 7 / 9}  # 9, 8 and 7 points
MANY = 8  # a table with more columns than this is set smaller
TOGETHER = 10  # a table with no more rows than this stays on one page
LONG = 600  # a row with a longer text may go on on the next page
SEEN = 200  # so many rows say how wide a column is
WIDEST, BARS = 340.0, 100.0
SHORT = 60.0  # a text no wider than this, such as a town's name, is not broken
SPREAD = 1.5  # times what its widest column needs: in a wider table a name stands too far from its number
FULL = 0.7  # of the page: a table that needs so much takes all of it
CROWDED = 1.25  # times the page: what needs more is set smaller
TWO_LINES = 62.0  # a wider caption stands in two lines
SAFE = 1.1  # how much wider than we guess other programs' letters are


def run(text: str, *, east: bool, bold: bool = False, colour: str = "") -> str:
    """Return a text as the markup of a run; `east` sets quotes and dashes in the font of Chinese, as wide as it."""
    told = '<w:rFonts w:hint="eastAsia"/>' if east else ""
    told += "<w:b/>" if bold else ""
    told += f'<w:color w:val="{colour}"/>' if colour else ""
    body = escaped(text).replace("\t", "</w:t><w:tab/>" + OPEN).replace("\n", "</w:t><w:br/>" + OPEN)
    return f"<w:r>{f'<w:rPr>{told}</w:rPr>' if told else ''}{OPEN}{body}</w:t></w:r>"


OPEN = '<w:t xml:space="preserve">'


def paragraph(runs: str, style: str, more: str = "") -> Any:
    """Return a paragraph as an element."""
    from docx.oxml import parse_xml

    return parse_xml(f'<w:p {SPACE}><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{runs}</w:p>')


def table(block: Table, limit: int, how: tuple[Language, Cleaning], bars: Sequence[Any]) -> Any:
    """Return a table as an element: at most `limit` rows, `bars` in a column of their own.

    `how` are the language, and what counts the characters that no file may hold.
    """
    from docx.oxml import parse_xml

    lang, cleaning = how
    rows = [
        [cleaning.removed_from(shown(cell, c.kind)) for cell, c in zip(row, block.columns, strict=True)]
        for row in block.rows[:limit]
    ]
    captions = [cleaning.removed_from(column.caption) for column in block.columns]
    widths, style = _widths(block.columns, [captions, *rows[:SEEN]], ROOM - (BARS if bars else 0))
    if bars:
        captions, widths = [*captions, say("share_bar", lang)], [*widths, BARS]
    setting = _Setting(block, widths, zh=lang == "zh", style=style)
    total = block.total and len(block.rows) <= limit
    body = "".join(
        setting.row(row, last=number == len(rows) - 1, at=number, bar=bool(bars)) for number, row in enumerate(rows)
    )
    grid = "".join(f'<w:gridCol w:w="{round(width * TWIPS)}"/>' for width in widths)
    element = parse_xml(
        f'<w:tbl {SPACE}><w:tblPr><w:tblStyle w:val="ReportTable"/>'
        f'<w:tblW w:w="{round(sum(widths) * TWIPS)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{"0660" if total else "0620"}" w:firstRow="1" w:lastRow="{int(total)}" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{setting.header(captions)}{body}</w:tbl>"
    )
    for line, bar in zip(element.tr_lst[1:], bars, strict=False):
        if bar is not None:
            line.tc_lst[-1].p_lst[0][-1].append(bar)
    return element


class _Setting:
    """How the rows of one table are set."""

    def __init__(self, block: Table, widths: Sequence[float], *, zh: bool, style: str) -> None:
        self.kinds = [column.kind for column in block.columns]
        self.widths, self.zh = widths, zh
        self.short, self.noted = len(block.rows) <= TOGETHER, bool(block.notes)
        self.style = style

    def header(self, captions: Sequence[str]) -> str:
        cells = "".join(self._cell(text, number, bold=True, keep=True) for number, text in enumerate(captions))
        return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"

    def row(self, texts: Sequence[str], *, last: bool, at: int, bar: bool) -> str:
        """Return a row; the first stay with the header, a short table's with one another, the last with the notes."""
        keep = self.noted if last else self.short or at < 2
        whole = "<w:trPr><w:cantSplit/></w:trPr>" if max(map(len, texts), default=0) <= LONG else ""
        cells = "".join(self._cell(text, number, keep=keep) for number, text in enumerate(texts))
        return f"<w:tr>{whole}{cells}{self._cell('', len(texts), keep=keep) if bar else ''}</w:tr>"

    def _cell(self, text: str, number: int, *, bold: bool = False, keep: bool = False) -> str:
        kind = self.kinds[number] if number < len(self.kinds) else "text"
        side = '<w:jc w:val="right"/>' if kind in NUMBERS else ""
        kept = "<w:keepNext/>" if keep else ""
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{round(self.widths[number] * TWIPS)}" w:type="dxa"/>'
            f"{'<w:noWrap/>' if kind == 'date' and not bold else ''}</w:tcPr>"
            f'<w:p><w:pPr><w:pStyle w:val="{self.style}"/>{kept}{side}</w:pPr>'
            f"{run(text, east=self.zh and kind not in NUMBERS, bold=bold)}</w:p></w:tc>"
        )


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: float) -> tuple[list[float], str]:
    """Share the room out, and choose the style in which the letters are small enough for it.

    Numbers, dates and short texts get what they need, long texts the rest by their length.
    """
    both = [_wanted([row[at] for row in rows], column.kind) for at, column in enumerate(columns)]
    crowded = len(columns) > MANY or sum(high + PADDING for _, high in both) > room * CROWDED
    style, least, wanted = "", [0.0], [0.0]
    for name, scale in list(SIZES.items())[int(crowded) :]:
        style = name
        least, wanted = ([width * scale + PADDING for width in one] for one in zip(*both, strict=True))
        if sum(least) < room:
            break
    if sum(least) >= room:
        return [width * room / sum(least) for width in least], style
    if (whole := sum(wanted)) >= room:
        part = (room - sum(least)) / (whole - sum(least))
        return [low + (high - low) * part for low, high in zip(least, wanted, strict=True)], style
    spare = room - whole if whole > room * FULL else min(room - whole, SPREAD * max(wanted))
    texts = [width * (column.kind == "text") for width, column in zip(wanted, columns, strict=True)]
    return [high + spare * text / (sum(texts) or 1) for high, text in zip(wanted, texts, strict=True)], style


def _wanted(texts: Sequence[str], kind: str) -> tuple[float, float]:
    """Guess how wide a column has to be and would like to be; a long caption may be broken into two lines."""
    caption, *cells = texts
    head = whole = _bold(caption)
    if whole > TWO_LINES:
        parts = [_bold(part) for part in re.split(r"\s|(?=[（(])", caption)]
        # Two parts stand one below the other; where there are more, or only one, two lines are about half as wide.
        head = max(parts) if len(parts) == 2 else min(max(*parts, whole / 2 + FONT_SIZE), whole)
    lines = sorted(width_of(line) * SAFE for text in cells for line in text[:400].split("\n")) or [0.0]
    longest = lines[-1]
    if kind != "text":
        return max(head, longest), max(head, longest)
    words = max((width_of(word) * SAFE for text in cells for word in _words(text)), default=0.0)
    least = longest if longest <= SHORT else max(words, SHORT)
    usual = lines[int(0.9 * (len(lines) - 1))]
    least = max(head, min(least, WIDEST))
    return least, max(least, min(usual, WIDEST))


def _bold(text: str) -> float:
    """Guess how wide a caption is: only Latin letters grow wider when they are bold."""
    return width_of(text) + sum(FONT_SIZE * 0.13 for character in text if ord(character) <= 0x2E7F)


def _words(text: str) -> list[str]:
    """Return what is not broken: words of Latin letters; Chinese is broken anywhere."""
    return re.findall(r"[!-~]+", text[:400])
