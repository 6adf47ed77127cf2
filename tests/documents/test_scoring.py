"""The yardstick itself: what it rewards, what it punishes, what it leaves alone."""

import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.documents.annotated import shared_gold
from tests.documents.scoring import Score, Tally, key_of, score

GOLD: dict[str, Any] = {
    "negatives": ["重点企业"],
    "negative_patterns": ["^各级"],
    "negative_relations": [{"source": "bank", "type": "MEMBER_OF", "target": "union", "why": "not named"}],
    "entities": [
        {
            "id": "fed",
            "type": "Federation",
            "name": "云溪市妇女联合会",
            "aliases": ["雲溪市婦聯"],
            "aliases_repaired": ["云溪市妇联"],
        },
        {"id": "union", "type": "Alliance", "name": "“晨光”联盟", "aliases": [], "alternatives": {"type": ["Agency"]}},
        {"id": "bank", "type": "Bank", "name": "江溪银行", "aliases": []},
        {"id": "city", "type": "Region", "name": "云溪市", "aliases": ["云溪"], "optional": True},
    ],
    "relations": [
        {
            "source": "fed",
            "type": "ESTABLISHED",
            "target": "union",
            "properties": {"basis": "text", "date": "2022"},
            "alternatives": {"type": ["GUIDES"]},
        },
        {"source": "fed", "type": "PARTNERS_WITH", "target": "bank", "properties": {"basis": "context"}},
        {"source": "fed", "type": "LOCATED_IN", "target": "city", "properties": {"basis": "name"}, "optional": True},
    ],
    "statistics": [
        {"subject": "union", "measure": "members", "value": 50, "alternatives": {"subject": ["fed"]}},
        {"subject": "fed", "measure": "chapters", "value": 5, "optional": True},
    ],
}


def predicted(
    entities: list[tuple[str, str, str]],
    relations: list[tuple[str, str, str]] = [],  # noqa: B006
    statistics: list[tuple[str, float]] = [],  # noqa: B006
) -> dict[str, Any]:
    return {
        "entities": [{"id": i, "type": t, "name": n, "status": "accepted"} for i, t, n in entities],
        "relations": [
            {"source": s, "type": t, "target": o, "properties": {"date": "2022"}, "status": "proposed"}
            for s, t, o in relations
        ],
        "statistics": [{"subject": s, "measure": "members", "value": v} for s, v in statistics],
    }


def counts(tally: Tally) -> tuple[int, int, int, int]:
    return tally.right, tally.told, tally.found, tally.wanted


ALL = [("a", "Federation", "云溪市妇联"), ("b", "Agency", "晨光联盟"), ("c", "Bank", "江溪银行")]


def test_names_are_compared_without_signs_and_types_with_their_alternatives() -> None:
    told = score(GOLD, predicted(ALL))
    assert counts(told.entities) == (3, 3, 3, 3)
    assert counts(told.accepted_entities)[:2] == (3, 3)
    assert told.entities.f1 == 1


def test_a_wrong_type_and_an_unknown_name_are_false_and_an_optional_one_is_nothing() -> None:
    told = score(GOLD, predicted([("a", "Company", "江溪银行"), ("b", "Venue", "无此地"), ("c", "Region", "云溪")]))
    assert counts(told.entities) == (0, 2, 0, 3)
    assert told.wrong_type == 1
    assert told.errors["Venue false"] == ["无此地"]
    assert told.errors["Bank missed"] == ["江溪银行"]


def test_two_nodes_for_one_are_right_but_counted() -> None:
    told = score(GOLD, predicted([("a", "Federation", "云溪市妇联"), ("b", "Federation", "雲溪市婦聯")]))
    assert (told.split, *counts(told.entities)) == (1, 2, 2, 1, 3)


def test_a_relation_is_right_in_any_reading_and_cooperation_in_both_directions() -> None:
    told = score(GOLD, predicted(ALL, [("a", "GUIDES", "b"), ("c", "PARTNERS_WITH", "a"), ("b", "ESTABLISHED", "a")]))
    assert counts(told.relations) == (2, 3, 2, 2)
    assert counts(told.properties["date"])[2:] == (1, 1)
    assert counts(told.by_basis["context"])[2:] == (1, 1)
    assert counts(told.accepted_relations)[:2] == (0, 0)


def test_what_must_not_be_told_is_named() -> None:
    told = score(
        GOLD,
        predicted([*ALL, ("n", "Company", "重点企业"), ("m", "Agency", "各级部门")], [("c", "MEMBER_OF", "b")]),
    )
    assert told.negatives == ["重点企业", "各级部门"]
    assert len(told.negative_relations) == 1


def test_a_statistic_is_right_with_its_value_and_subject() -> None:
    told = score(GOLD, predicted(ALL, statistics=[("a", 50), ("a", 5), ("c", 50)]))
    assert counts(told.statistics) == (1, 2, 1, 1)


def test_scores_add_up() -> None:
    whole = Score()
    for _ in range(2):
        whole += score(GOLD, predicted(ALL))
    assert counts(whole.entities) == (6, 6, 6, 6)


def test_a_gloss_is_no_part_of_a_name() -> None:
    assert key_of("婦聯(lián) “星” VIP（A）") == key_of("婦聯星vipA")


def test_both_yardsticks_agree() -> None:
    """The reference scorer of the annotation gives the same figures for perfect, damaged and empty extractions."""
    folder = shared_gold()
    reference = _reference(folder / "extra" / "score.py")
    for file in sorted(folder.glob("0*.json")):
        wanted = json.loads(file.read_text(encoding="utf-8"))
        for told in _damaged(wanted, random.Random(file.stem)):
            own, theirs = score(wanted, told), reference(wanted, told)
            for kind in ("entities", "relations", "statistics"):
                tally = getattr(own, kind)
                figures = [round(value, 4) for value in (tally.precision, tally.recall, tally.f1)]
                assert figures == [theirs[kind][name] for name in ("precision", "recall", "f1")]
                assert (tally.told, tally.wanted) == (theirs[kind]["predicted"], theirs[kind]["gold"])
            assert own.negatives == theirs["negatives_emitted"]
            assert len(own.negative_relations) == len(theirs["negative_relations_emitted"])
            assert (own.split, own.wrong_type) == (theirs["entities"]["split"], theirs["entities"]["wrong_type"])


def _reference(file: Path) -> Any:
    spec = importlib.util.spec_from_file_location("reference_score", file)
    if spec is None or spec.loader is None:
        pytest.skip("the reference scorer cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.score


def _damaged(wanted: dict[str, Any], dice: random.Random) -> list[dict[str, Any]]:
    """Return the gold itself as an extraction, three damaged copies of it, and nothing."""
    whole: dict[str, Any] = {kind: list(wanted[kind]) for kind in ("entities", "relations", "statistics")}
    copies = []
    for _ in range(3):
        entities = [dict(e, name=dice.choice([e["name"], *e["aliases"], e["name"] + "x"])) for e in whole["entities"]]
        for entity in dice.sample(entities, len(entities) // 4):
            entity["type"] = dice.choice(["Company", "Venue", "Agency"])
        entities += [{"id": "n", "type": "Agency", "name": name} for name in wanted["negatives"][:1]]
        relations = [dict(r, type=dice.choice([r["type"], "RUNS"])) for r in whole["relations"]]
        relations += [dict(r, properties={}) for r in wanted["negative_relations"]]
        statistics = [dict(s, value=s["value"] + dice.choice([0, 0, 1])) for s in whole["statistics"]]
        copies.append({"entities": entities, "relations": relations, "statistics": statistics})
    return [whole, *copies, {"entities": [], "relations": [], "statistics": []}]
