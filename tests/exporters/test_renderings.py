"""One report, four renderings: every cell read back is the model's, hostile texts stay texts, nothing leaks."""

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document

from graphkit.analysis.compare import compare
from graphkit.analysis.coverage import Coverage, coverage
from graphkit.analysis.links import links
from graphkit.build import read
from graphkit.errors import ExportError
from graphkit.exporters import rendering
from graphkit.exporters.blocks import Bar, Block, Column, Curve, HeatMap, Point, Report, Section, Shares, Stairs, Table
from graphkit.exporters.findings import findings
from graphkit.exporters.markdown import inert, markdown
from graphkit.exporters.redact import Tier
from graphkit.exporters.report import WRITERS, ReportOptions, build_report, export_report
from graphkit.exporters.wording import say
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph
from graphkit.schema import Language, Schema
from tests.exporters.test_report import Page, sheets

COUNTY = Path(__file__).parents[2] / "seeds" / "example_county"
LANGS: tuple[Language, ...] = ("zh", "en")
SUFFIXES = tuple(sorted(WRITERS))
Rows = list[list[str]]


def whole(tier: Tier, lang: Language) -> Report:
    """The county's report with all findings."""
    old, new = read(COUNTY / "2026Q2"), read(COUNTY / "2026Q2", COUNTY / "2026Q3")
    changes = compare(old, new, "2026-06-30", "2026-09-30")
    net = links(new, to="Bank", as_of=changes.after.as_of)
    made = findings(changes.after, links=net, per_year=[4, 4, 4], records=[old])
    told = replace(made, comparison=changes)
    return build_report(changes.after, net, findings=told, options=ReportOptions(tier, lang))


@pytest.fixture(scope="module", params=LANGS)
def report(request: pytest.FixtureRequest) -> Report:
    return whole("internal", request.param)


def written(report: Report, folder: Path) -> dict[str, Path]:
    """The four files of a report by their suffixes."""
    for suffix, write in WRITERS.items():
        write(report, folder / f"a{suffix}")
    return {suffix: folder / f"a{suffix}" for suffix in WRITERS}


def shown(table: Table) -> Rows:
    """A table as people read it, its captions first."""
    cells = [[rendering.shown(c, k.kind) for c, k in zip(row, table.columns, strict=True)] for row in table.rows]
    return [[column.caption for column in table.columns], *cells]


def in_document(document: Document) -> list[Rows]:
    """The tables of a document; what has no text, such as a bar, is left out at the right."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def in_markdown(text: str) -> list[Rows]:
    """The tables of a Markdown text: a line of captions, a line of dashes, a line a row."""
    found: list[Rows] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not line.startswith("|"):
            continue
        if not lines[number - 1].startswith("|"):
            found.append([])
        cells = [unescaped(cell.strip()) for cell in re.findall(r"((?:\\.|[^|\\])*)\|", line[1:])]
        if not set(line) <= set("|-: "):
            found[-1].append(cells)
    return found


def unescaped(text: str) -> str:
    """What a reader of Markdown makes of an inert text."""
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text.replace("<br>", "\n")))


def pages_tables(report: Report) -> list[Table]:
    return [table for table in report.tables if not table.sheet_only]


def sentences(report: Report) -> Iterator[str]:
    yield from (block for section in report.sections for block in section.blocks if isinstance(block, str))
    yield from (note for table in pages_tables(report) for note in table.notes)


def test_every_rendering_holds_every_cell_of_the_model(report: Report, tmp_path: Path) -> None:
    files = written(report, tmp_path)
    page = Page(files[".html"].read_text(encoding="utf-8"))
    document = docx.Document(str(files[".docx"]))
    text = files[".md"].read_text(encoding="utf-8")
    book = list(sheets(files[".xlsx"]).values())
    tables = pages_tables(report)
    assert len(tables) > 25
    found, grids = in_document(document), in_markdown(text)
    # A heat map is a picture in the document, and a table of its own in Markdown.
    drawn = [grid for grid in grids if grid[0][0] == ""]
    grids = [grid for grid in grids if grid[0][0] != ""]
    assert (len(drawn), len(found), len(grids)) == (1, len(tables), len(tables))
    for table, in_word, in_md in zip(tables, found, grids, strict=True):
        wanted = shown(table)
        assert page.tables[table.name][1:] == wanted[1:], table.name
        if table.bars:
            assert [row.pop() for row in in_word] == [say("share_bar", report.lang), *[""] * len(table.rows)]
        assert in_word == wanted, table.name
        assert in_md == [[" ".join(cell.split(" ")) for cell in row] for row in wanted], table.name
    for table, rows in zip(report.tables, book[1:], strict=True):
        assert rows[1] == [column.caption for column in table.columns]
        plain = [[c[0] if isinstance(c, tuple) else "" if c is None else c for c in row] for row in table.rows]
        assert [list(row) for row in rows[2 : 2 + len(plain)]] == [pytest.approx(row) for row in plain], table.name


def test_every_rendering_says_every_sentence(report: Report, tmp_path: Path) -> None:
    files = written(report, tmp_path)
    document = docx.Document(str(files[".docx"]))
    in_word = {paragraph.text for paragraph in document.paragraphs}
    in_md = {unescaped(line) for line in files[".md"].read_text(encoding="utf-8").split("\n")}
    on_page = Page(files[".html"].read_text(encoding="utf-8")).text
    for text in sentences(report):
        assert text in in_word and text in in_md and text in on_page
    for text in (report.title, report.subtitle, report.big, report.invented, *(s.title for s in report.sections)):
        assert text in in_word and text in on_page
        assert any(text in line for line in in_md)


def test_no_code_of_the_schema_stands_in_a_report_in_chinese() -> None:
    codes = {name for kind, name in Schema.load().captions if kind in ("status", "bound", "mode", "form", "level")}
    told = {cell: table.name for table in whole("internal", "zh").tables for row in shown(table)[1:] for cell in row}
    words = {word: table for cell, table in told.items() for word in re.findall("[a-z_]+", cell)}
    assert {word: words[word] for word in codes & set(words)} == {}


def test_a_heat_map_says_the_same_as_a_picture_and_as_text(report: Report, tmp_path: Path) -> None:
    heat_map = next(b for s in report.sections for b in s.blocks if isinstance(b, HeatMap))
    grid = next(grid for grid in in_markdown(markdown(report)) if grid[0][0] == "")
    assert grid[0] == ["", *heat_map.columns] and [row[0] for row in grid[1:]] == list(heat_map.rows)
    for row, line in zip(grid[1:], heat_map.cells, strict=True):
        told = [f"{s.covered} / {s.unknown} / {s.gap}" if s and s.units else "" for s in line]
        assert row[1:] == told
    words = drawn_words(written(report, tmp_path)[".docx"])
    counts = [f"{s.covered}/{s.units}" for line in heat_map.cells for s in line if s and s.units]
    assert [word for word in words if re.fullmatch(r"\d+/\d+", word)] == counts
    assert set(heat_map.rows) | set(heat_map.columns) <= set(words)


def drawn_words(path: Path) -> list[str]:
    """The words in the shapes of a document."""
    root = docx.Document(str(path)).element
    return [
        "\n".join(t.text or "" for t in box.iter("{*}t")) for box in root.body.iter("{*}txbxContent")
    ]  # python-docx knows no shapes


def test_the_document_is_made_as_a_document_is(report: Report, tmp_path: Path) -> None:
    document = docx.Document(str(written(report, tmp_path)[".docx"]))
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == [section.title for section in report.sections]
    for table in document.tables:
        assert table.style is not None and table.style.name == "Report Table"
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") and not table.rows[-1]._tr.xpath("./w:trPr/w:tblHeader")
    page = document.sections[0]
    assert page.page_width is not None and page.page_height is not None
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    fields = [f.text for part in (page.footer, page.first_page_footer) for f in part._element.xpath(".//w:instrText")]
    assert [str(field).strip() for field in fields] == ["PAGE", "NUMPAGES"] * 2
    tier = say(f"tier_{report.tier}", report.lang)
    assert tier in document.paragraphs[1].text and tier in page.header.paragraphs[0].text
    fonts = document.styles["Normal"].element.xpath("./w:rPr/w:rFonts/@w:eastAsia")
    assert fonts == ["Microsoft YaHei"]
    anchors = document.element.xpath("//w:hyperlink/@w:anchor")
    marks = document.element.xpath("//w:bookmarkStart/@w:name")
    assert anchors == marks[1:] == [f"section_{section.name}" for section in report.sections[1:]]
    told = document.core_properties
    assert told.title == report.title and not told.author and not told.last_modified_by and not told.comments
    assert str(told.created) == "2026-09-30 00:00:00+00:00" == str(told.modified)


def test_the_pictures_of_a_document_are_drawn_from_the_figures(report: Report, tmp_path: Path) -> None:
    document = docx.Document(str(written(report, tmp_path)[".docx"]))
    drawn = [b for s in report.sections for b in s.blocks if isinstance(b, HeatMap | Curve | Stairs | Bar)]
    bars = sum(shares is not None for table in pages_tables(report) for shares in table.bars)
    told = document.element.body.xpath("//wp:docPr/@descr")
    assert {type(block) for block in drawn} == {HeatMap, Curve, Stairs, Bar}
    assert [text for text in told if text] == [block.caption for block in drawn] and len(told) == len(drawn) + bars
    numbers = document.element.body.xpath("//wp:docPr/@id")
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("lang", LANGS)
def test_the_same_record_gives_the_same_bytes(lang: Language, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = (written(whole("internal", lang), tmp_path / name) for name in ("one", "two"))
    assert all(one[suffix].read_bytes() == two[suffix].read_bytes() for suffix in SUFFIXES)


# Hostile texts

HARD = (
    "<script>alert(1)</script>",
    "a|b||c\\|d\\",
    '=HYPERLINK("http://x.invalid","x")',
    "[x](javascript:alert(1)) ![y](http://y.invalid/y.png) <https://z.invalid> www.w.invalid",
    "第一行\n第二行\r\n# 三\n\n- 四",
    "甲\x0c乙\x00丙\uffff丁",
    "`code` *strong* _weak_ ~~gone~~ $x$ &lt; &amp;",
    "---",
    "1. 一",
    "]]>&<w:t>",
    " ",
)


def hard_report() -> Report:
    """A report in which every text is hostile."""
    columns = tuple(Column(text) for text in HARD[:3])
    rows = tuple((text, text * 2, None) for text in HARD)
    table = Table("t", HARD[0], columns, rows, notes=HARD, total=True, bars=tuple(Shares(1, 0, 2) for _ in rows))
    cells = tuple(tuple(Shares(1, 1, 1) for _ in HARD) for _ in HARD)
    labels = (HARD[0], HARD[1], HARD[5])
    blocks: tuple[Block, ...] = (
        *HARD,
        Bar(HARD[0], Shares(1, 2, 3), labels),
        HeatMap("h", HARD[9], HARD, HARD, cells, HARD[4]),
        Curve("c", HARD[9], (Point(HARD[0], 1, 0.1, 0.5, 0.1), Point(HARD[1], 9, 0.2, 0.6, 0.5)), labels),
        Stairs("s", HARD[9], tuple((text, Shares(1, 1, 1)) for text in HARD), labels),
        table,
    )
    return Report(HARD[0], "zh", "internal", HARD[1], "1 %", HARD[3], (Section("x", HARD[8], blocks),))


def cleaned(text: str) -> str:
    return re.sub("[\x00\x0c\uffff]", "", text.replace("\r\n", "\n"))


def test_hostile_texts_are_texts_in_every_rendering(tmp_path: Path) -> None:
    report = hard_report()
    files = written(report, tmp_path)
    document = docx.Document(str(files[".docx"]))
    wanted = [[cleaned(cell) for cell in row] for row in shown(report.tables[0])]
    assert [row[:-1] for row in in_document(document)[0]] == wanted
    assert {cleaned(text) for text in HARD} <= {p.text for p in document.paragraphs}
    told = in_markdown(files[".md"].read_text(encoding="utf-8"))[-1]
    lines = [["\n".join(" ".join(line.split()) for line in c.strip().split("\n")) for c in row] for row in wanted]
    assert told == lines
    rows = list(sheets(files[".xlsx"]).values())[1]
    assert [row[0] for row in rows[2 : 2 + len(HARD)]] == [cleaned(text) for text in HARD]
    seen = Page(files[".html"].read_text(encoding="utf-8"))
    assert not {tag for tag, _ in seen.elements} & {"script", "img", "iframe", "object", "form", "base"}


def test_nothing_in_a_document_leads_out_of_it_or_runs(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(hard_report(), tmp_path)[".docx"]) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    assert not any("TargetMode" in text for name, text in parts.items() if name.endswith(".rels"))
    assert not [name for name in parts if "vba" in name.lower() or "embed" in name.lower()]
    everything = "".join(parts.values())
    assert set(re.findall(r"<w:instrText[^>]*>([^<]*)<", everything)) == {" PAGE ", " NUMPAGES "}
    assert "<script" not in everything and "fldSimple" not in everything


def test_no_text_makes_markup_of_markdown(tmp_path: Path) -> None:
    text = written(hard_report(), tmp_path)[".md"].read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\uffff]", text) and not re.search("<(?!br>)", text)
    lines = text.split("\n")
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == (1 + 1 + len(HARD)) * 2
    assert {len(row) for rows in in_markdown(text) for row in rows} == {3, len(HARD) + 1}
    unmarked = re.sub(r"\\.", "\\\\", text)
    assert not re.search(r"[`_~$\[\]]|://|www\.", unmarked)
    begun = [line for line in lines if re.match(r"[#+=-]|\d+[.)](\s|$)", line) and not line.startswith("---")]
    assert all(line.startswith(("# ", "## ", "### ")) for line in begun)
    assert lines.count("---") == 1


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("69.5 %", "69.5 %"),
        ("-12", "-12"),
        ("3#厂房", "3#厂房"),
        ("2026-09-30", "2026-09-30"),
        ("a|b", "a\\|b"),
        ("star_link", "star\\_link"),
        ("A&B <c>", "A&amp;B &lt;c&gt;"),
        ("见 https://x.invalid/a", "见 https\\://x.invalid/a"),
        ("一\n二", "一<br>二"),
        ("a@b.invalid", "a\\@b.invalid"),
    ],
)
def test_markdown_stays_readable_as_it_stands(text: str, wanted: str) -> None:
    assert inert(text) == wanted


def test_a_name_of_40_000_characters_is_whole_wherever_it_can_be(tmp_path: Path) -> None:
    name = "长" * 39_999 + "尾"
    found = coverage(from_records([{"type": "Company", "name": name}, {"type": "Company", "name": "短"}]))
    for suffix in SUFFIXES:
        path = export_report(tmp_path / f"a{suffix}", coverage=found)
        if suffix == ".docx":
            assert name in {cell.text for table in docx.Document(str(path)).tables for cell in table.columns[0].cells}
        elif suffix == ".xlsx":
            assert any(str(row[0]).endswith("〔截断 cut〕") for rows in sheets(path).values() for row in rows)
        else:
            assert name in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("tier", ["internal", "partner", "public"])
def test_hostile_names_of_a_record_come_through(
    town: Graph, tier: Tier, tmp_path: Path, hostile: Sequence[str]
) -> None:
    found = coverage(town)
    options = ReportOptions(tier, title=hostile[0])
    document = docx.Document(str(export_report(tmp_path / "a.docx", coverage=found, options=options)))
    assert hostile[0] in document.paragraphs[0].text
    if tier != "public":
        names = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
        assert {cleaned(name) for name in hostile[1:4]} & names
    assert bool(re.search("去掉 [1-9][0-9]* 个", document.paragraphs[-1].text)) == (tier != "public")


# What may not leave


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("lang", LANGS)
def test_nothing_marked_is_in_the_bytes_of_a_public_report(
    town: Graph, suffix: str, lang: Language, tmp_path: Path, secrets: Sequence[str], text_of: Callable[[Path], str]
) -> None:
    found, net = coverage(town), links(town)
    made = findings(found, links=net, per_year=[2, 2], records=[town])
    options = ReportOptions("public", lang, title="庄晓岚 13855550001")
    path = export_report(tmp_path / f"a{suffix}", coverage=found, links=net, findings=made, options=options)
    text = text_of(path)
    assert not [secret for secret in secrets if secret in text or secret in inert(text)]
    assert "第1石材厂" not in text and say("tier_public", lang) in text
    inside = text_of(
        export_report(tmp_path / f"b{suffix}", coverage=found, links=net, options=ReportOptions(lang=lang))
    )
    assert "第1石材厂" in inside


@pytest.mark.parametrize("lang", LANGS)
def test_a_small_cell_is_in_no_rendering_of_a_public_report(lang: Language, tmp_path: Path) -> None:
    report = whole("public", lang)
    files = written(report, tmp_path)
    tables = [table for table in pages_tables(report) if table.name != "record_facts"]
    numbers: list[Any] = []
    kinds = {table.name: [column.kind for column in table.columns] for table in tables}
    page = Page(files[".html"].read_text(encoding="utf-8"))
    in_word = in_document(docx.Document(str(files[".docx"])))
    in_md = in_markdown(files[".md"].read_text(encoding="utf-8"))
    by_name = {table.name: at for at, table in enumerate(pages_tables(report))}
    for table in tables:
        at = by_name[table.name]
        for rows in (page.tables[table.name], in_word[at], in_md[at]):
            body = rows[1:-1] if table.total else rows[1:]
            numbers += [row[n] for row in body for n, kind in enumerate(kinds[table.name]) if kind == "count"]
    counts = [int(found[0].replace(",", "")) for text in numbers if (found := re.search(r"[\d,]+", text))]
    assert counts and min(counts) >= 5 and "×" in numbers
    # The same tables stand in the workbook, and no picture tells what they hide.
    book = list(sheets(files[".xlsx"]).values())[1:]
    assert len(book) == len(report.tables)
    cells = [float(cell) for rows in book for row in rows[2:] for cell in row if isinstance(cell, int | float)]
    assert cells and not [cell for cell in cells if cell.is_integer() and 1 < cell < 5]
    assert not any(isinstance(block, HeatMap) for section in report.sections for block in section.blocks)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_counts_of_a_small_whole_are_not_published_at_all(
    suffix: str, tmp_path: Path, text_of: Callable[[Path], str]
) -> None:
    status = ["yes"] * 6 + ["no"] * 3 + [None] * 5
    nodes = [{"type": "Company", "name": f"厂{n}", "federation_status": told} for n, told in enumerate(status)]
    found = coverage(from_records(nodes, [], source={"dataset": "台账", "date": "2026-06-30"}))
    net = links(found.graph, to="Bank")
    made = findings(found, links=net, per_year=[2, 2], records=[found.graph])
    tiers: tuple[tuple[Tier, bool], ...] = (("internal", True), ("public", False))
    for tier, told in tiers:
        path = tmp_path / f"{tier}{suffix}"
        text = text_of(export_report(path, coverage=found, links=net, findings=made, options=ReportOptions(tier)))
        assert ("42.9 %" in text) is told and (say("too_small", "zh", k=5) in text) is not told


# Long lists, empty ones, and some sections alone


def long_report(rows: int) -> Report:
    table = Table("t", "表", (Column("名称"), Column("数", "count")), tuple((f"名{n}", n) for n in range(rows)))
    return Report("题", "zh", "internal", "副题", "", "", (Section("x", "部分", (table,)),))


def test_long_lists_are_whole_in_markdown_and_cut_in_a_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "PAGE_ROWS", 50)
    files = written(long_report(120), tmp_path)
    assert len(in_markdown(files[".md"].read_text(encoding="utf-8"))[0]) == 121
    document = docx.Document(str(files[".docx"]))
    assert len(document.tables[0].rows) == 51
    assert say("cut_rows", "zh", shown=50, total=120) in {p.text for p in document.paragraphs}


def test_a_heat_map_of_many_towns_and_long_names_fits_on_pages(tmp_path: Path) -> None:
    towns, chains = tuple(f"第{n}镇" for n in range(50)), tuple(f"先进装备制造产业链{n}号" for n in range(9))
    cells = tuple(tuple(Shares(1, 2, 3) for _ in chains) for _ in towns)
    section = Section("x", "部分", (HeatMap("h", "图", towns, chains, cells, "注"),))
    path = written(replace(long_report(1), sections=(section,)), tmp_path)[".docx"]
    words = drawn_words(path)
    assert [word for word in words if word in towns] == list(towns)
    assert {word.replace("\n", "") for word in words} >= set(chains) and words.count("1/6") == 450
    extents = docx.Document(str(path)).element.body.xpath("//wp:extent")
    sizes = [(int(e.get("cx")) / 36_000, int(e.get("cy")) / 36_000) for e in extents]
    assert len(sizes) == 3 and all(width <= 170 and height <= 240 for width, height in sizes)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_record_gives_every_rendering(lang: Language, suffix: str, tmp_path: Path) -> None:
    found = coverage(Graph(Schema.load()))
    path = export_report(tmp_path / f"a{suffix}", coverage=found, options=ReportOptions(lang=lang))
    assert path.is_file()
    if suffix == ".docx":
        assert len(docx.Document(io.BytesIO(path.read_bytes())).paragraphs) > 10


@pytest.fixture(scope="module")
def found() -> Coverage:
    return coverage(read(COUNTY / "2026Q3"))


@pytest.mark.parametrize("asked", [("gaps", "headline"), ("空白点清单", "总体情况"), (" Gaps", "overview")])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_only_the_sections_asked_for_in_the_order_of_the_report(
    found: Coverage, asked: tuple[str, ...], suffix: str, tmp_path: Path
) -> None:
    options = ReportOptions(sections=asked)
    report = build_report(found, options=options)
    assert [section.name for section in report.sections] == ["headline", "gaps"]
    assert export_report(tmp_path / f"a{suffix}", coverage=found, options=options).is_file()


def test_without_the_headline_its_figure_is_left_out_too(found: Coverage) -> None:
    report = build_report(found, options=ReportOptions(sections=("sources",)))
    assert [section.name for section in report.sections] == ["sources"] and report.big == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [("gap", "gaps (空白点清单)"), ("空白清单", "gaps (空白点清单)"), ("plan", "was not made"), ("Ω", "headline")],
)
def test_an_unknown_section_is_named_with_the_nearest(found: Coverage, name: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="has no section") as caught:
        export_report(tmp_path / "a.html", coverage=found, options=ReportOptions(sections=(name,)))
    assert caught.value.code == "unknown-section" and told in caught.value.hint
    assert not list(tmp_path.iterdir())
