"""How much of what was annotated comes out: of the five sources, tuned on, and of reports that nobody tuned on."""

import pytest

from tests.documents.annotated import TEXTS, UNSEEN, shared_gold, shared_texts
from tests.documents.score import scored, total
from tests.documents.scoring import Score


@pytest.fixture(scope="module")
def sources() -> Score:
    return total(scored(shared_gold(), shared_texts()))


@pytest.fixture(scope="module")
def texts() -> Score:
    return total(scored(TEXTS, TEXTS))


def test_the_entities_of_the_five_sources(sources: Score) -> None:
    assert sources.entities.precision >= 0.88
    assert sources.entities.f1 >= 0.85


def test_the_relations_of_the_five_sources(sources: Score) -> None:
    assert sources.relations.precision >= 0.80
    assert sources.relations.f1 >= 0.68


def test_nothing_barred_comes_out_of_the_five_sources(sources: Score) -> None:
    assert sources.negatives == []
    assert sources.negative_relations == []


def test_what_is_accepted_of_the_five_sources_is_right(sources: Score) -> None:
    assert sources.accepted_entities.precision >= 0.92
    assert sources.accepted_relations.precision >= 0.85


def test_reports_that_no_rule_was_written_for() -> None:
    unseen = total(scored(UNSEEN, UNSEEN))
    assert unseen.entities.f1 >= 0.86
    assert unseen.relations.precision >= 0.84
    assert unseen.relations.f1 >= 0.66
    assert unseen.statistics.f1 >= 0.64
    assert unseen.accepted_entities.precision >= 0.95
    assert unseen.accepted_relations.precision >= 0.95
    assert unseen.negative_relations == []


def test_the_projects_own_texts(texts: Score) -> None:
    assert texts.entities.f1 >= 0.90
    assert texts.relations.precision >= 0.90
    assert texts.relations.f1 >= 0.80
    assert texts.statistics.f1 >= 0.78
    assert texts.negatives == []
    assert texts.accepted_entities.precision >= 0.92
    assert texts.accepted_relations.precision >= 0.85
