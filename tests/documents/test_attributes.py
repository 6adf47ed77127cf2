"""What a text says of a company itself: taken where it is plain, left where it is wished for or of somebody else."""

from typing import Any

import pytest

from graphkit.documents.extraction import extract

FIRM = "岭川县云锦纺织有限公司"


def told(text: str) -> dict[str, Any]:
    found = extract(text)
    return {
        a.name: a.value if a.bound in (None, "exact") else (a.value, a.bound)
        for a in found.attributes
        if found.mentions[a.subject].name == FIRM
    }


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{FIRM}单独成立妇联。", {"federation_status": "yes", "federation_mode": "own"}),
        (f"去年5月，{FIRM}成立了妇联组织。", {"federation_status": "yes"}),
        (f"在岭川县妇联的指导下，{FIRM}建立了企业妇联。", {"federation_status": "yes"}),
        (f"{FIRM}尚未成立妇联。", {"federation_status": "no"}),
        (f"{FIRM}正在筹建妇联。", {"federation_status": "preparing"}),
        (f"{FIRM}已建立党支部，尚未建立妇联组织。", {"party_organisation": True, "federation_status": "no"}),
        (f"{FIRM}现有女职工160余人。", {"women_employees": (160, "more_than")}),
        (f"{FIRM}有员工300人，其中女职工180人。", {"employees": 300, "women_employees": 180}),
        (f"{FIRM}有近90名女职工。", {"women_employees": (90, "nearly")}),
        (f"{FIRM}位于岭川镇，现有女职工120人。", {"women_employees": 120}),
        # Wished for, of somebody else, or of a day.
        (f"县妇联将推动{FIRM}成立妇联。", {}),
        (f"县妇联鼓励{FIRM}建立妇联组织。", {}),
        (f"{FIRM}党支部书记到会。", {}),
        (f"{FIRM}举办培训，有女职工200人参加。", {}),
        (f"{FIRM}组织女职工200人参加体检。", {}),
        (f"{FIRM}与岭川县云锦商会座谈，商会成立妇联。", {}),
        (f"{FIRM}捐款10万元。岭川镇成立妇联。", {}),
    ],
)
def test_what_a_sentence_says_of_a_company(text: str, wanted: dict[str, Any]) -> None:
    assert told(text) == wanted


def test_a_list_of_companies_shares_what_is_said() -> None:
    found = extract(f"{FIRM}、岭川县青石建材有限公司成立了妇联。")
    assert {found.mentions[a.subject].name for a in found.attributes} == {FIRM, "岭川县青石建材有限公司"}


def test_what_a_text_says_differently_is_not_taken() -> None:
    assert told(f"{FIRM}尚未成立妇联。\n{FIRM}成立了妇联。") == {}


def test_each_is_quoted_as_it_stands_and_written_with_its_entity() -> None:
    text = f"{FIRM}现有女职工160余人，单独成立了妇联。"
    found = extract(text)
    assert [found.clean.quote(a.start, a.end) for a in found.attributes] == [
        f"{FIRM}现有女职工160余人",
        f"{FIRM}现有女职工160余人，单独成立了妇联",
        f"{FIRM}现有女职工160余人，单独成立了妇联",
    ]
    entity = next(e for e in found.to_dict()["entities"] if e["name"] == FIRM)
    wanted = {"women_employees": 160, "women_employees_bound": "more_than", "federation_status": "yes"}
    assert wanted.items() <= entity["properties"].items()
