"""The report: the same numbers everywhere, hostile names inert, nothing leaked, every section in both languages."""

import re
import zipfile
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from python_calamine import CalamineWorkbook

from graphkit.analysis.claims import claims
from graphkit.analysis.coverage import Coverage, coverage, percent
from graphkit.analysis.gaps import gaps
from graphkit.analysis.links import Links, links
from graphkit.analysis.rates import rates
from graphkit.build import read
from graphkit.errors import ExportError
from graphkit.exporters import rendering
from graphkit.exporters.blocks import HIDDEN
from graphkit.exporters.rendering import page
from graphkit.exporters.report import ReportOptions, build_report, export_report
from graphkit.exporters.wording import wording
from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph
from graphkit.schema import Schema

COUNTY = Path(__file__).parents[2] / "seeds" / "example_county" / "2026Q3"
TIERS = ("internal", "partner", "public")
FIGURES = ("units", "covered", "gap", "unknown", "rate", "low", "high")


class Page(HTMLParser):
    """What a browser would see of a page: tables by id, elements, texts, links, attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._rows: list[list[str]] = []
        self._cell = False
        self._style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "table":
            self._rows = self.tables.setdefault(str(dict(attrs)["id"]), [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td") and "bar" not in str(dict(attrs).get("class")):
            self._rows[-1].append("")
            self._cell = True
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("th", "td")
        self._style = self._style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self._cell:
            self._rows[-1][-1] += data
        if not self._style:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


@pytest.fixture(scope="module")
def found() -> Coverage:
    return coverage(read(COUNTY))


@pytest.fixture(scope="module")
def net(found: Coverage) -> Links:
    return links(found.graph, to="Bank")


def number(text: str) -> float | None:
    """Read a cell of a page as a number."""
    plain = text.replace(",", "").strip()
    if plain.endswith("%"):
        return float(plain.removesuffix("%")) / 100
    return float(plain) if re.fullmatch(r"\d+(\.\d+)?", plain) else None


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("by", ["chain", "segment", "town"])
def test_tables_hold_the_numbers_of_the_library(found: Coverage, by: str, lang: Any, tmp_path: Path) -> None:
    options = ReportOptions(lang=lang)
    html = Page(export_report(tmp_path / "a.html", coverage=found, options=options).read_text(encoding="utf-8"))
    book = sheets(export_report(tmp_path / "a.xlsx", coverage=found, options=options))
    wanted = rates(found, by=by)
    on_page = html.tables[f"by_{by}"][1:]
    in_book = book[wording().texts[f"by_{by}"].of(lang)][2 : 2 + len(wanted)]
    assert len(on_page) == len(wanted)
    for row, cells, others in zip(wanted.to_dict("records"), on_page, in_book, strict=True):
        figures = [None if row[name] is None or row[name] != row[name] else float(row[name]) for name in FIGURES]
        assert [None if cell == "" else cell for cell in others[1:8]] == pytest.approx(figures)
        assert [number(cell) for cell in cells[1:8]] == pytest.approx(figures, abs=0.0005)
        assert cells[0] == others[0]


def test_page_and_workbook_show_the_same(found: Coverage, net: Links, tmp_path: Path) -> None:
    report = build_report(found, net)
    html = Page(export_report(tmp_path / "a.html", coverage=found, links=net).read_text(encoding="utf-8"))
    book = sheets(export_report(tmp_path / "a.xlsx", coverage=found, links=net))
    assert len(book) == len(report.tables) + 1
    for table, rows in zip(report.tables, list(book.values())[1:], strict=True):
        assert rows[1] == [column.caption for column in table.columns]
        for cells, written in zip(table.rows, rows[2:], strict=False):
            plain = [cell[0] if isinstance(cell, tuple) else cell for cell in cells]
            assert ["" if cell is None else cell for cell in plain] == pytest.approx(written)
        if not table.sheet_only:
            shown = [[rendering.shown(c, k.kind) for c, k in zip(r, table.columns, strict=True)] for r in table.rows]
            assert html.tables[table.name][1:] == shown
    sentences = [block for section in report.sections for block in section.blocks if isinstance(block, str)]
    first = [row[1] for row in next(iter(book.values()))]
    assert all(text in html.text and text in first for text in sentences)


def test_headline_is_the_interval_of_the_library(found: Coverage) -> None:
    total = rates(found).to_dict("records")[-1]
    report = build_report(found)
    low, high = percent(total["covered"], total["units"]), percent(total["covered"] + total["unknown"], total["units"])
    assert report.big == f"{low} % – {high} %"
    told = [block for block in report.sections[0].blocks if isinstance(block, str)]
    for name in ("units", "covered", "gap", "unknown"):
        assert f"{int(total[name])} 个" in told[0]
    assert low in told[0] and high in told[0] and "2026-09-30" in told[0]
    assert f"{percent(total['covered'], total['covered'] + total['gap'])} %" in told[1]


def test_heat_map_shows_what_its_sheet_says(found: Coverage) -> None:
    html = page(build_report(found))
    frame = rates(found, by=["town", "chain"])[:-1]
    words = re.findall(r'<text class="word"[^>]*>(\d+/\d+)</text>', html)
    assert sorted(words) == sorted(f"{c}/{u}" for c, u in zip(frame["covered"], frame["units"], strict=True))


def test_gap_list_is_that_of_the_library(found: Coverage) -> None:
    wanted, table = gaps(found), {t.name: t for t in build_report(found).tables}["gaps_list"]
    assert [row[0] for row in table.rows] == wanted["name"].tolist()
    women = [row[4][0] if isinstance(row[4], tuple) else row[4] for row in table.rows]
    assert [-1 if count is None else count for count in women] == wanted["women_employees"].fillna(-1).tolist()
    unknown = {t.name: t for t in build_report(found).tables}["unknowns_list"]
    assert len(unknown.rows) == found.count("unknown")


def test_linkage_and_claims_are_those_of_the_library(found: Coverage, net: Links) -> None:
    tables = {t.name: t for t in build_report(found, net).tables}
    told = net.headline()
    assert tables["linked_Bank"].rows[-1][1:] == (told["units"], told["linked"], told["not_linked"], told["share"])
    assert len(tables["nearest_Bank"].rows) == told["linked"]
    hops: list[Any] = [row[2] for row in tables["nearest_Bank"].rows]
    assert hops == sorted(hops)
    checked = claims(found.graph).dropna(subset=["named"])
    assert [row[5] for row in tables["claims_checked"].rows] == checked["named"].tolist()


def test_covered_units_by_mode_add_up(found: Coverage) -> None:
    for by in ("mode", "form"):
        rows = {t.name: t for t in build_report(found).tables}[f"by_{by}"].rows
        counts: list[Any] = [row[1] for row in rows]
        assert sum(counts[:-1]) == counts[-1] == found.count("covered")


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("suffix", ["html", "xlsx"])
def test_hostile_names_are_inert(town: Graph, tier: Any, suffix: str, tmp_path: Path, hostile: Sequence[str]) -> None:
    found = coverage(town)
    path = export_report(tmp_path / f"a.{suffix}", coverage=found, options=ReportOptions(tier, title=hostile[0]))
    if suffix == "html":
        seen = Page(path.read_text(encoding="utf-8"))
        tags = {tag for tag, _ in seen.elements}
        assert not tags & {"script", "img", "iframe", "object", "embed", "link", "form", "base"}
        handlers = [name for _, attrs in seen.elements for name in attrs if name.startswith("on") or name == "style"]
        assert not handlers and hostile[0] in seen.text
        targets = [attrs["href"] for tag, attrs in seen.elements if tag == "a"]
        assert targets and all(str(target).startswith("#") for target in targets)
        policy = next(a["content"] for t, a in seen.elements if t == "meta" and "http-equiv" in a)
        assert policy is not None and policy.startswith("default-src 'none'; style-src 'sha256-")
        return
    with zipfile.ZipFile(path) as packed:
        xml = "".join(packed.read(name).decode() for name in packed.namelist())
    assert not re.search("<f[ >]", xml) and "<hyperlink" not in xml


def test_control_characters_are_removed_and_counted(town: Graph, tmp_path: Path) -> None:
    found = coverage(town)
    text = export_report(tmp_path / "a.html", coverage=found).read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\uffff]", text) and "甲乙丙公司" in text
    assert re.search("去掉 [1-9][0-9]* 个", text)
    book = sheets(export_report(tmp_path / "a.xlsx", coverage=found))
    assert re.search("去掉 [1-9][0-9]* 个", str(book[wording().texts["cleaned_sheet"].zh]))


@pytest.mark.parametrize("suffix", ["html", "xlsx"])
def test_public_report_leaks_nothing(
    town: Graph, suffix: str, tmp_path: Path, secrets: Sequence[str], text_of: Callable[[Path], str]
) -> None:
    found, net = coverage(town), links(town)
    options = ReportOptions("public", title="庄晓岚的报告")
    text = text_of(export_report(tmp_path / f"a.{suffix}", coverage=found, links=net, options=options))
    assert not [secret for secret in secrets if secret in text] and "人物1的报告" in text
    assert "第1石材厂" not in text
    partner = text_of(
        export_report(tmp_path / f"b.{suffix}", coverage=found, links=net, options=ReportOptions("partner"))
    )
    assert "13855550001" not in partner and "0595-22223333" not in partner and "第1石材厂" in partner


def test_public_tables_show_no_small_count(found: Coverage, net: Links) -> None:
    report = build_report(found, net, options=ReportOptions("public"))
    hidden = 0
    for table in report.tables:
        if table.name == "record_facts":
            continue
        body = table.rows[:-1] if table.total else table.rows
        counts: list[Any] = [c for row in body for c, k in zip(row, table.columns, strict=True) if k.kind == "count"]
        assert all(c == HIDDEN or (c[0] if isinstance(c, tuple) else c) >= 5 for c in counts), table.name
        hidden += counts.count(HIDDEN)
    assert hidden
    assert not {"gaps_list", "unknowns_list", "nearest_Bank", "town_by_chain", "conflict_list"} & {
        table.name for table in report.tables
    }


def test_an_invented_graph_says_so_everywhere(found: Coverage, town: Graph, tmp_path: Path) -> None:
    assert found.graph.sources["invented"].to_pylist()[0]
    html = export_report(tmp_path / "a.html", coverage=found).read_text(encoding="utf-8")
    assert "虚构示例" in html[: html.index("<main>")] and '<body class="invented-data">' in html
    for rows in sheets(export_report(tmp_path / "a.xlsx", coverage=found)).values():
        assert "虚构示例" in rows[0][0]
    english = export_report(tmp_path / "b.xlsx", coverage=found, options=ReportOptions(lang="en"))
    assert all("Invented example" in rows[0][0] for rows in sheets(english).values())
    real = export_report(tmp_path / "c.html", coverage=coverage(town)).read_text(encoding="utf-8")
    assert "虚构示例" not in re.sub("<style>.*?</style>", "", real, flags=re.S)


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_section_stands_in_every_edition(found: Coverage, net: Links, tier: Any, lang: Any) -> None:
    report = build_report(found, net, options=ReportOptions(tier, lang))
    names = "headline tables heatmap continuity gaps unknowns questions linkage quadrant claims".split()
    names += "method sources decisions conflicts record".split()
    assert [section.name for section in report.sections] == names
    assert all(section.blocks for section in report.sections)
    html = Page(page(report))
    targets = {attrs["id"] for _, attrs in html.elements if "id" in attrs}
    anchors = [str(attrs["href"])[1:] for tag, attrs in html.elements if tag == "a"]
    assert set(anchors) == set(names) <= targets
    if lang == "en":
        captions = [column.caption for table in report.tables for column in table.columns]
        assert not re.search("[\u4e00-\u9fff]", " ".join([*captions, report.title, report.subtitle]))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_graph_gives_a_report(lang: Any, tmp_path: Path) -> None:
    found = coverage(Graph(Schema.load()))
    report = build_report(found, options=ReportOptions(lang=lang))
    assert report.big == "" and all(section.blocks for section in report.sections)
    for suffix in ("html", "xlsx"):
        assert export_report(tmp_path / f"a.{suffix}", coverage=found, options=ReportOptions(lang=lang)).is_file()


def test_nothing_known_gives_an_interval_and_no_rate() -> None:
    found = coverage(from_records([{"type": "Company", "name": f"第{n}厂"} for n in range(3)]))
    report = build_report(found)
    assert report.big == "0 % – 100 %"
    assert wording().texts["rate_none"].zh in report.sections[0].blocks


def test_texts_are_complete_in_both_languages() -> None:
    words = wording()
    for name, text in {**words.texts, **words.measures, **words.units}.items():
        assert text.zh and text.en, name
        assert sorted(re.findall(r"\{\w+\}", text.zh)) == sorted(re.findall(r"\{\w+\}", text.en)), name
    assert all(paragraph.zh and paragraph.en for paragraph in words.method)
    source = (files("graphkit") / "exporters" / "report.yaml").read_text(encoding="utf-8")
    assert len(yaml.safe_load(source)["texts"]) == len(words.texts) == len(re.findall(r"^  [a-z_\"]+:$", source, re.M))


def test_same_record_gives_the_same_bytes(found: Coverage, net: Links, tmp_path: Path) -> None:
    again = coverage(read(COUNTY))
    for suffix in ("html", "xlsx"):
        one = export_report(tmp_path / f"1.{suffix}", coverage=found, links=net)
        two = export_report(tmp_path / f"2.{suffix}", coverage=again, links=links(again.graph))
        assert one.read_bytes() == two.read_bytes()


def test_fingerprint_changes_with_the_record() -> None:
    def fingerprint(women: int | None) -> object:
        record = {"type": "Company", "name": "甲", "women_employees": women}
        return {t.name: t for t in build_report(coverage(from_records([record]))).tables}["record_facts"].rows[-1][1]

    assert fingerprint(3) == fingerprint(3) != fingerprint(4) != fingerprint(None)


def test_target_is_checked_made_and_replaced_as_a_whole(
    found: Coverage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.pdf", "a"):
        with pytest.raises(ExportError, match=re.escape(repr(name))) as caught:
            export_report(tmp_path / name, coverage=found)
        assert caught.value.code == "unknown-format" and ".docx, .html, .md, .xlsx" in caught.value.hint
    path = export_report(tmp_path / "季度" / "深" / "报告.HTML", coverage=found)
    before = path.read_bytes()
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(ExportError, match="is a directory"):
        export_report(tmp_path / "folder.html", coverage=found)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ExportError, match="cannot be written"):
        export_report(tmp_path / "file" / "a.html", coverage=found)

    def broken(self: Path, *_: Any, **__: Any) -> None:
        self.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", broken)
    with pytest.raises(KeyboardInterrupt):
        export_report(path, coverage=found)
    assert path.read_bytes() == before and [p.name for p in path.parent.iterdir()] == [path.name]


def test_long_lists_are_cut_on_the_page_and_whole_in_the_workbook(
    found: Coverage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "PAGE_ROWS", 10)
    html = Page(export_report(tmp_path / "a.html", coverage=found).read_text(encoding="utf-8"))
    assert len(html.tables["gaps_list"]) == 11 and f"共 {found.count('gap')} 行" in html.text
    book = sheets(export_report(tmp_path / "a.xlsx", coverage=found))
    assert len([row for row in book[wording().texts["gaps"].zh][2:] if row[1]]) == found.count("gap")


def test_a_report_without_links_says_so(found: Coverage) -> None:
    section = {s.name: s for s in build_report(found).sections}["linkage"]
    assert section.blocks == (wording().texts["links_missing"].zh,)
