"""The lexicons are read whole, an office adds to them, and what is wrong is told with file and key."""

from pathlib import Path

import pytest

from graphkit.documents.lexicon import load_lexicon
from graphkit.errors import DataError
from graphkit.schema import Schema


def test_the_built_in_words_are_there_and_know_their_kind() -> None:
    lexicon = load_lexicon()
    assert "妇联" in lexicon.words("organisations", "Federation")
    assert lexicon.kinds("organisations", "Venue")["驿站"] == "station"
    assert "会长" in lexicon.words("people", "chief")
    assert lexicon.words("organisations", "nothing") == ()


def test_it_is_read_once() -> None:
    assert load_lexicon() is load_lexicon()


def test_every_type_of_the_endings_is_a_type_of_the_schema() -> None:
    lexicon = load_lexicon()
    assert set(lexicon.keys("organisations")) <= set(Schema.load().nodes)
    assert set(lexicon.tables["rules"]["counted"]) <= set(Schema.load().nodes)


def test_the_table_of_regions_has_codes_levels_and_short_names() -> None:
    rows = {row.code: row for row in load_lexicon().regions}
    assert len(rows) == len(load_lexicon().regions) > 3300
    assert (rows["450000"].short, rows["450000"].level) == ("广西", "province")
    assert (rows["522600"].short, rows["522600"].level) == ("黔东南", "city")
    assert rows["110000"].level == "municipality"
    assert {row.level for row in rows.values()} <= set(Schema.load().levels)


def test_an_office_appends_and_the_built_in_words_stay(tmp_path: Path) -> None:
    (tmp_path / "organisations.yaml").write_text("MicroHome:\n  micro_home: [石榴小院, 巧娘屋]\n", encoding="utf-8")
    (tmp_path / "places.yaml").write_text("macro_regions: [沱江片]\n", encoding="utf-8")
    (tmp_path / "regions.tsv").write_text("519901\t青溪示范区\n", encoding="utf-8")
    lexicon = load_lexicon(tmp_path)
    assert {"石榴小院", "巧娘屋", "妇女微家"} <= set(lexicon.words("organisations", "MicroHome"))
    assert "沱江片" in lexicon.words("places", "macro_regions")
    assert lexicon.regions[-1].name == "青溪示范区"
    assert "石榴小院" not in load_lexicon().words("organisations", "MicroHome")
    assert lexicon.folder == tmp_path


def test_files_of_other_readers_are_left_to_them(tmp_path: Path) -> None:
    (tmp_path / "relations.yaml").write_text("frames: [{name: x}]\n", encoding="utf-8")
    assert load_lexicon(tmp_path).words("people", "chief")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("orgs.yaml", "a: [b]", "orgs.yaml"),
        ("people.yaml", "chef: [厨师长]", "chef"),
        ("people.yaml", "chief: 站长", "chief"),
        ("people.yaml", "chief:\n  a: [站长]", "chief"),
        ("organisations.yaml", "Venue: [小院]", "Venue"),
        ("people.yaml", "- 站长", "people.yaml"),
        ("people.yaml", "chief: [站长", "people.yaml"),
        ("regions.tsv", "12\t甲县\n", "line 1"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_lexicon(tmp_path)
    assert told in caught.value.message
    assert name in str(caught.value.source)
    assert caught.value.code == "lexicon"
