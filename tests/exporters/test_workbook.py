"""The workbook holds texts as texts, cuts what Excel cannot hold, and is the same file for the same tables."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from graphkit.exporters import workbook
from graphkit.exporters.workbook import CELL_LIMIT, CUT, Cleaning, Sheet, sheet_of, write_workbook


def sheet(texts: Sequence[object], name: str = "表") -> Sheet:
    return Sheet(name, "题", ["列"], ["text"], [(text,) for text in texts])


def cells(path: Path, index: int = 0) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_path(path).get_sheet_by_index(index).to_python()]


def test_hostile_texts_stay_texts(tmp_path: Path, hostile: tuple[str, ...]) -> None:
    path = tmp_path / "a.xlsx"
    links = [
        "http://x.invalid/a",
        "mailto:a@b.invalid",
        "internal:Sheet1!A1",
        "_x0041_",
        "00123",
        "9135058310010000719",
    ]
    write_workbook(path, [sheet([*hostile, *links])])
    page = openpyxl.load_workbook(path).active
    assert page is not None
    column = [page.cell(row, 1) for row in range(3, 3 + len(hostile) + len(links))]
    plain = [text.replace("\x0c", "").replace("\x00", "").replace("\uffff", "") for text in hostile]
    assert [cell.value for cell in column] == [*plain, *links[:3], *[cell.value for cell in column[-3:]]]
    assert {cell.data_type for cell in column} == {"s"}
    assert cells(path)[2:] == [[text] for text in [*plain, *links]]
    with zipfile.ZipFile(path) as packed:
        xml = "".join(packed.read(name).decode() for name in packed.namelist())
    assert not re.search("<f[ >]", xml) and "hyperlink" not in xml and "externalLink" not in xml


def test_a_long_text_is_cut_with_a_mark_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    cleaning = write_workbook(path, [sheet(["长\r\n" * 20_000, "😀" * 20_000, "短"])])
    assert cleaning.cut == 2
    long, wide, short = (row[0] for row in cells(path)[2:])
    for text in (long, wide):
        assert isinstance(text, str) and text.endswith(CUT)
        assert len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert short == "短"


def test_control_characters_are_removed_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    cleaning = write_workbook(path, [sheet(["甲\x0c乙\x00丙\uffff\ud800丁\u2028"])])
    assert (cleaning.removed, cleaning.cut) == (5, 0)
    assert cells(path)[2] == ["甲乙丙丁"]


@given(st.lists(st.text(alphabet=st.characters(codec=None)), min_size=1, max_size=5))
def test_any_text_can_be_written(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    write_workbook(path, [sheet(texts)])
    kept = [Cleaning().text(text) for text in texts]
    read = [row[0] for row in cells(path)[2:]] if any(kept) else [""] * len(kept)
    assert [str(text) for text in read][: len(kept)] == kept[: len(read)]


def test_numbers_keep_their_value_and_show_their_bound(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [(1400, 0.5), ((1400, "超过"), None), (None, float("nan"))]
    write_workbook(path, [Sheet("表", "", ["人数", "占比"], ["count", "share"], rows)])
    page = openpyxl.load_workbook(path).active
    assert page is not None
    assert [page["A2"].value, page["A3"].value, page["A4"].value] == [1400, 1400, None]
    assert [page["A2"].number_format, page["A3"].number_format] == ["#,##0", '"超过 "#,##0']
    assert (page["B2"].value, page["B2"].number_format, page["B4"].value) == (0.5, "0.0%", None)


def test_header_is_frozen_and_filtered(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, [sheet(["甲", "乙"]), Sheet("空", "", ["列"], ["text"], [])])
    book = openpyxl.load_workbook(path)
    assert (book["表"].freeze_panes, book["表"].auto_filter.ref) == ("A3", "A2:A4")
    assert (book["空"].freeze_panes, book["空"].auto_filter.ref) == ("A2", "A1:A2")


def test_sheet_names_are_safe_and_unique(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    names = ["a/b:c[d]*?\\", "'x'", "", "History", "名" * 40, "名" * 40, "ABC", "abc", "😀" * 20]
    write_workbook(path, [sheet([], name) for name in names])
    found = CalamineWorkbook.from_path(path).sheet_names
    assert len({name.casefold() for name in found}) == len(names)
    assert all(0 < len(name.encode("utf-16-le")) // 2 <= 31 for name in found)
    assert not any(re.search(r"[\[\]:*?/\\]|^'|'$", name) for name in found)
    assert "history" not in {name.strip().casefold() for name in found}


def test_rows_beyond_a_sheet_go_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROW_LIMIT", 13)
    path = tmp_path / "a.xlsx"
    write_workbook(path, [sheet([f"行{n}" for n in range(25)])])
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["表", "表 (2)", "表 (3)"]
    rows = [row[0] for n in range(3) for row in cells(path, n)[2:]]
    assert rows == [f"行{n}" for n in range(25)]


def test_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    one, two, other = (tmp_path / f"{n}.xlsx" for n in range(3))
    for path, date in ((one, "2026-09"), (two, "2026-09"), (other, "2026-08")):
        write_workbook(path, [sheet(["甲"])], newest=date)
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()
    assert str(openpyxl.load_workbook(one).properties.created) == "2026-09-30 00:00:00"


def test_a_frame_becomes_a_sheet_with_its_header_first(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    frame = pd.DataFrame(
        {"name": ["甲", None], "n": pd.array([1, None], "Int64"), "who": [["a", "b"], []], "ok": [True, False]}
    )
    write_workbook(path, [sheet_of(frame, "表", {"name": "名称"})])
    assert cells(path) == [["名称", "n", "who", "ok"], ["甲", 1.0, "a、b", True], ["", "", "", False]]
