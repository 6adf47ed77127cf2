"""How a Word document looks: A4, the fonts of both scripts, the styles, and what stands on every page."""

from typing import Any

from graphkit.exporters.blocks import Report
from graphkit.exporters.drawing import ACCENT, GAP, INK
from graphkit.exporters.word_table import SPACE, paragraph, run
from graphkit.exporters.wording import say
from graphkit.exporters.workbook import Cleaning

LATIN, HAN = "Arial", "Microsoft YaHei"
MUTED, WASH, LINE, STRONG = "5B6672", "F6F4EF", "DCDFE3", "B9BFC6"
HEAD_LIMIT = 60  # characters of the title on every page
# name: (based on, size in points, bold, colour, points before, points after, keep with the next)
Look = tuple[str, float, bool, str, float, float, bool]
LOOKS: dict[str, Look] = {
    "Normal": ("", 10.5, False, INK, 0, 5, False),
    "Title": ("Normal", 20, True, ACCENT, 0, 4, True),
    "Subtitle": ("Normal", 9.5, False, MUTED, 0, 6, True),
    "Heading 1": ("Normal", 15, True, ACCENT, 20, 6, True),
    "Caption": ("Normal", 11, True, INK, 10, 4, True),
    "Header": ("Normal", 8.5, False, MUTED, 0, 0, False),
    "Footer": ("Normal", 8.5, False, MUTED, 0, 0, False),
    "Figure": ("Normal", 32, True, INK, 2, 4, True),
    "Warning": ("Normal", 10, True, GAP, 4, 8, False),
    "Note": ("Normal", 9, False, MUTED, 3, 8, False),
    "Picture": ("Normal", 9, False, INK, 2, 2, True),
    "Contents": ("Normal", 9.5, False, INK, 10, 0, False),
    "Cell": ("Normal", 9, False, INK, 0, 0, False),
    "Cell Small": ("Normal", 8, False, INK, 0, 0, False),
    "Cell Tiny": ("Normal", 7, False, INK, 0, 0, False),
}
DROPPED = ("thumbnail", "extended-properties", "stylesWithEffects", "customXml")
TABLE_STYLE = f"""<w:style {SPACE} w:type="table" w:customStyle="1" w:styleId="ReportTable">
<w:name w:val="Report Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="{STRONG}"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{STRONG}"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/></w:tblBorders>
<w:tblCellMar><w:top w:w="45" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="45" w:type="dxa"/>
<w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{STRONG}"/></w:tcBorders>
<w:shd w:val="clear" w:color="auto" w:fill="{WASH}"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>
<w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
<w:top w:val="single" w:sz="8" w:space="0" w:color="{STRONG}"/></w:tcBorders>
<w:shd w:val="clear" w:color="auto" w:fill="{WASH}"/></w:tcPr></w:tblStylePr></w:style>"""


def lay_out(document: Any, report: Report, cleaning: Cleaning) -> None:
    """Give an empty document its page, styles, header and footer, and take out what a template left in it."""
    _bare(document)
    _page(document)
    _styles(document, report.lang)
    _every_page(document, report, cleaning)


def _bare(document: Any) -> None:
    """Take out the template's picture, program name and unused styles; they tell nothing of this report."""
    for owner in (document.part.package, document.part):
        for key in [key for key, rel in owner.rels.items() if rel.reltype.rpartition("/")[2] in DROPPED]:
            del owner.rels[key]
    styles = document.styles.element
    for style in [s for s in styles.style_lst if s.get(_w("type")) == "table" and s.get(_w("default")) is None]:
        styles.remove(style)
    for setting in document.settings.element.iter(_w("compatSetting")):
        if setting.get(_w("name")) == "compatibilityMode":
            setting.set(_w("val"), "15")


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _page(document: Any) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(20), Mm(18)
    section.header_distance = section.footer_distance = Mm(9)


def _styles(document: Any, lang: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml

    styles = document.styles
    known = {style.name for style in styles}
    for name, look in LOOKS.items():
        style = styles[name] if name in known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles[look[0]] if look[0] else None
        _dress(style, look)
    defaults = styles.element.find(_w("docDefaults"))
    for told in defaults.iter(_w("lang")):
        told.set(_w("val"), "en-US")
        told.set(_w("eastAsia"), "zh-CN")
    for told in document.settings.element.iter(_w("themeFontLang")):
        told.set(_w("eastAsia"), "zh-CN")
    _mark_warning(styles["Warning"])
    styles.element.append(parse_xml(TABLE_STYLE))


def _dress(style: Any, look: Look) -> None:
    from docx.shared import Pt, RGBColor

    _, size, bold, colour, before, after, keep = look
    style.element.get_or_add_pPr().clear()
    style.element.get_or_add_rPr().clear()
    style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, RGBColor.from_string(colour)
    fonts = style.element.rPr.get_or_add_rFonts()
    for script, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", HAN)):
        fonts.set(_w(script), font)
    how = style.paragraph_format
    how.space_before, how.space_after, how.keep_with_next = Pt(before), Pt(after), keep
    # In a row of two scripts only an exact height sets names and numbers on one line.
    how.line_spacing = Pt(size * 1.5) if style.name.startswith("Cell") else 1.05 if size > 14 else 1.25
    if style.name == "Heading 1":
        how.keep_together = True
        _outline(style, "0")


def _outline(style: Any, level: str) -> None:
    from docx.oxml import OxmlElement

    outline = OxmlElement("w:outlineLvl")
    outline.set(_w("val"), level)
    style.element.pPr.append(outline)


def _mark_warning(style: Any) -> None:
    """Draw a frame: that all is made up must not be overlooked."""
    from docx.oxml import parse_xml

    sides = "".join(
        f'<w:{side} w:val="single" w:sz="12" w:space="5" w:color="{GAP}"/>'
        for side in ("top", "left", "bottom", "right")
    )
    spacing = style.element.pPr.find(_w("spacing"))
    spacing.addprevious(parse_xml(f"<w:pBdr {SPACE}>{sides}</w:pBdr>"))
    spacing.addnext(parse_xml(f'<w:ind {SPACE} w:left="120" w:right="120"/>'))


def _every_page(document: Any, report: Report, cleaning: Cleaning) -> None:
    """Write title and circle of readers above every page but the first, and below each its number of how many."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    title = cleaning.removed_from(report.title).replace("\n", " ")
    title = title if len(title) <= HEAD_LIMIT else f"{title[:HEAD_LIMIT]}…"
    told = f"{title} · {say(f'tier_{report.tier}', report.lang)}"
    _only(section.header, paragraph(run(told, east=report.lang == "zh"), "Header"))
    number = f"{_field('PAGE')}{run(' / ', east=False)}{_field('NUMPAGES')}"
    for footer in (section.footer, section.first_page_footer):
        _only(footer, paragraph(number, "Footer", '<w:jc w:val="center"/>'))


def _only(part: Any, element: Any) -> None:
    part.is_linked_to_previous = False
    for old in part.paragraphs:
        old._p.getparent().remove(old._p)
    part._element.append(element)


def _field(name: str) -> str:
    """Return a field that Word works out; what stands in it before that is 1."""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {name} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{part}</w:r>" for part in parts)
