"""Pictures of a report as Word draws them itself: shapes from the same layout that the page's SVG is made of."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from graphkit.exporters.blocks import Drawn, HeatMap, Shares
from graphkit.exporters.figures import FONT_SIZE, Mark, Picture, Stroke, Word, laid_out, width_of

EMU = 9525  # in a pixel
ROOM = 640  # pixels between the margins of an A4 page
MOST_ROWS = 22  # of a heat map in one picture: an upright page has no room for more
LINE = 15  # pixels from line to line of a name above a column
NAMESPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
COVERED, UNKNOWN, GAP, ACCENT, RULE, INK = "0072B2", "7D8894", "D1261B", "7A1F3D", "DCDFE3", "1D2733"
HATCHED = (
    f'<a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="{UNKNOWN}"/></a:fgClr>'
    '<a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>'
)


def _fill(colour: str, opacity: float = 1.0) -> str:
    """Return a fill; mixed with white beforehand, because not every program prints what shines through."""
    parts = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    mixed = "".join(f"{round(255 - (255 - part) * opacity):02X}" for part in parts)
    return f'<a:solidFill><a:srgbClr val="{mixed}"/></a:solidFill>'


def _edge(colour: str, width: float, dash: str = "") -> str:
    dashed = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{round(width * EMU)}">{_fill(colour)}{dashed}</a:ln>'


NONE, NO_EDGE = "<a:noFill/>", "<a:ln><a:noFill/></a:ln>"
# What each class of the style sheet looks like: how it is filled, and its edge.
LOOKS: dict[str, tuple[str, str]] = {
    "covered": (_fill(COVERED), NO_EDGE),
    "unknown": (HATCHED, _edge(UNKNOWN, 0.6)),
    "gap": (_fill("FFFFFF"), _edge(GAP, 1)),
    "under": (_fill(COVERED, 0.16), NO_EDGE),
    "between": (HATCHED, NO_EDGE),
    "low": (NONE, _edge(COVERED, 2.2)),
    "high": (NONE, _edge(UNKNOWN, 1.3)),
    "end-low": (_fill(COVERED), NO_EDGE),
    "end-high": (_fill("FFFFFF"), _edge(UNKNOWN, 1.3)),
    "aim": (NONE, _edge(ACCENT, 1.7, "dash")),
    "grid": (NONE, _edge(RULE, 1)),
}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A picture that is being written: how much smaller than on the page, and how texts are cleaned."""

    scale: float
    clean: Callable[[str], str]

    def emu(self, pixels: float) -> int:
        return round(pixels * self.scale * EMU)


def pictures(drawn: Drawn) -> Iterator[Picture]:
    """Lay a picture out; a heat map with more towns than a page has room for goes on in further ones."""
    if not isinstance(drawn, HeatMap) or len(drawn.rows) <= MOST_ROWS:
        yield _upright(laid_out(drawn))
        return
    pieces = ceil(len(drawn.rows) / MOST_ROWS)
    size = ceil(len(drawn.rows) / pieces)
    for start in range(0, len(drawn.rows), size):
        part = slice(start, start + size)
        yield _upright(laid_out(replace(drawn, rows=drawn.rows[part], cells=drawn.cells[part])))


def _upright(picture: Picture) -> Picture:
    """Set turned names upright in several lines above their columns: few programs but Word turn a text in a shape."""
    turned = [word for word in picture.words if word.turned]
    if not turned:
        return picture
    column = turned[1].x - turned[0].x if len(turned) > 1 else ROOM / 4
    lines = {word: _broken(word.text, column - 6) for word in turned}
    spare = turned[0].y - LINE * max(map(len, lines.values()))
    words = tuple(
        replace(word, text="\n".join(lines[word]), anchor="middle", turned=False, y=word.y - spare)
        if word.turned
        else replace(word, y=word.y - spare)
        for word in picture.words
    )
    marks = tuple(replace(mark, y=mark.y - spare) for mark in picture.marks)
    return Picture(round(turned[-1].x + column / 2 + 4, 1), picture.height - spare, marks, words)


def _broken(text: str, room: float) -> list[str]:
    """Break a name into lines that fit: at a space where there is one, else anywhere."""
    lines = [""]
    for part in re.findall(r"[!-~]+ ?|[^!-~]", text):
        pieces = [part] if width_of(part) <= room else list(part)
        for piece in pieces:
            if width_of(lines[-1] + piece.rstrip()) > room and lines[-1]:
                lines.append("")
            lines[-1] += piece
    return [line.strip() for line in lines]


def bar(shares: Shares, width: float = ROOM, height: float = 26) -> Picture:
    """Lay three shares out as one bar."""
    marks, x = [], 1.0
    for kind, part in zip(("covered", "unknown", "gap"), shares.widths, strict=True):
        if part:
            marks.append(Mark(kind, x, 1, (width - 2) * part / 100, height - 2))
        x += (width - 2) * part / 100
    return Picture(width, height, tuple(marks), ())


def drawing(picture: Picture, number: int, caption: str, clean: Callable[[str], str]) -> Any:
    """Return a picture as an element of a run: a group of shapes, and its caption where a program knows none."""
    from docx.oxml import parse_xml

    sheet = _Sheet(min(1.0, ROOM / picture.width), clean)
    shapes = "".join(_shapes(sheet, picture))
    size = f'cx="{sheet.emu(picture.width)}" cy="{sheet.emu(picture.height)}"'
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
    said = escaped(clean(caption))
    return parse_xml(
        f'<mc:AlternateContent {spaces}><mc:Choice Requires="wpg"><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="{number}" name="picture {number}" descr="{said}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{NAMESPACES["wpg"]}"><wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext {size}/><a:chOff x="0" y="0"/><a:chExt {size}/></a:xfrm></wpg:grpSpPr>'
        f"{shapes}</wpg:wgp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:t>[{said}]</w:t></mc:Fallback></mc:AlternateContent>"
    )


def escaped(text: str) -> str:
    """Return a text as it stands in markup, between tags or in quotes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _shapes(sheet: _Sheet, picture: Picture) -> Iterator[str]:
    number = 1
    for stroke in picture.strokes:
        number += 1
        yield _stroke(sheet, picture, stroke, number)
    for mark in picture.marks:
        number += 1
        yield _mark(sheet, mark, number)
    for word in picture.words:
        number += 1
        yield _word(sheet, word, number)


def _shape(number: int, place: str, geometry: str, look: tuple[str, str], text: str = "") -> str:
    body = "<wps:bodyPr/>"
    if text:
        body = (
            f'<wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx><wps:bodyPr wrap="none" lIns="0" tIns="0" '
            'rIns="0" bIns="0" anchor="ctr"><a:noAutofit/></wps:bodyPr>'
        )
    kind = '<wps:cNvSpPr txBox="1"/>' if text else "<wps:cNvSpPr/>"
    return (
        f'<wps:wsp><wps:cNvPr id="{number}" name="{number}"/>{kind}<wps:spPr>{place}{geometry}{"".join(look)}'
        f"</wps:spPr>{body}</wps:wsp>"
    )


def _place(sheet: _Sheet, corner: tuple[float, float], size: tuple[float, float]) -> str:
    (x, y), (width, height) = corner, size
    return (
        f'<a:xfrm><a:off x="{sheet.emu(x)}" y="{sheet.emu(y)}"/>'
        f'<a:ext cx="{max(sheet.emu(width), 1)}" cy="{max(sheet.emu(height), 1)}"/></a:xfrm>'
    )


RECTANGLE = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'


def _mark(sheet: _Sheet, mark: Mark, number: int) -> str:
    look = LOOKS.get(mark.kind) or (_fill(COVERED, mark.opacity), NO_EDGE)
    return _shape(number, _place(sheet, (mark.x, mark.y), (mark.width, mark.height)), RECTANGLE, look)


def _stroke(sheet: _Sheet, picture: Picture, stroke: Stroke, number: int) -> str:
    """Return lines and areas as a shape of the picture's whole size, so that its path needs no other origin."""
    size = f'w="{sheet.emu(picture.width)}" h="{sheet.emu(picture.height)}"'
    empty = ' fill="none"' if LOOKS[stroke.kind][0] == NONE else ""
    path = f"<a:path {size}{empty}>{''.join(_steps(sheet, stroke.path))}</a:path>"
    geometry = (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f"<a:pathLst>{path}</a:pathLst></a:custGeom>"
    )
    place = _place(sheet, (0, 0), (picture.width, picture.height))
    return _shape(number, place, geometry, LOOKS[stroke.kind])


def _steps(sheet: _Sheet, path: str) -> Iterator[str]:
    """Read the few commands that figures.py writes: M, L, H, Z, and half circles."""
    x = y = 0.0
    for letter, told in re.findall(r"([MLHZa])([^MLHZa]*)", path):
        numbers = [float(number) for number in told.split()]
        if letter == "Z":
            yield "<a:close/>"
        elif letter == "a":
            radius, across = sheet.emu(numbers[0]), numbers[5]
            start = 10_800_000 if across > 0 else 0
            yield f'<a:arcTo wR="{radius}" hR="{radius}" stAng="{start}" swAng="10800000"/>'
            x += across
        else:
            x, y = (numbers[0], y) if letter == "H" else (numbers[0], numbers[1])
            name = "moveTo" if letter == "M" else "lnTo"
            yield f'<a:{name}><a:pt x="{sheet.emu(x)}" y="{sheet.emu(y)}"/></a:{name}>'


def _word(sheet: _Sheet, word: Word, number: int) -> str:
    """Return a word as a box without edges, so wide that no program's font breaks it; its last line is at the point."""
    lines = sheet.clean(word.text).split("\n")
    width = max(map(width_of, lines)) * 1.1 + 8
    height = FONT_SIZE * 0.7 + LINE * len(lines)
    left = {"start": 0.0, "middle": width / 2, "end": width}[word.anchor]
    corner = (word.x - left, word.y + FONT_SIZE * 0.66 - height)
    side = {"start": "left", "middle": "center", "end": "right"}[word.anchor]
    size = round(FONT_SIZE * 0.75 * sheet.scale * 2)
    look = f'<w:rPr><w:color w:val="{INK}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    told = "<w:br/>".join(f'<w:t xml:space="preserve">{escaped(line)}</w:t>' for line in lines)
    text = (
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
        f'<w:jc w:val="{side}"/></w:pPr>'
        f"<w:r>{look}{told}</w:r></w:p>"
    )
    return _shape(number, _place(sheet, corner, (width, height)), RECTANGLE, (NONE, NO_EDGE), text)
