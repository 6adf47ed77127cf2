"""Errors say what and what to do, and survive the trip between processes."""

import copy
import pickle
from collections.abc import Callable

import pytest

from graphkit import errors
from graphkit.errors import DataError, GraphkitError, IdentityError, QueryError

KINDS = [
    errors.SchemaError,
    errors.DataError,
    errors.IdentityError,
    errors.StoreError,
    errors.QueryError,
    errors.PlanError,
    errors.ExportError,
]


@pytest.mark.parametrize("kind", [GraphkitError, *KINDS])
@pytest.mark.parametrize("through", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_an_error_survives_pickle_and_copy(
    kind: type[GraphkitError], through: Callable[[GraphkitError], GraphkitError]
) -> None:
    error = kind("row 3: 甲", code="a-code", hint="write 乙", source="a.csv", candidates=["甲", "乙"], number=3)
    again = through(error)
    assert type(again) is kind
    assert (again.message, again.code, again.hint, again.fields) == (
        error.message,
        error.code,
        error.hint,
        error.fields,
    )
    assert str(again) == str(error)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_caught_by_the_root_and_says_when_it_is_raised(kind: type[GraphkitError]) -> None:
    assert issubclass(kind, GraphkitError)
    said = kind.__doc__ or ""
    assert said.startswith("Raised when ") and "\n" not in said


def test_the_tree_in_the_docstring_names_every_kind() -> None:
    for kind in KINDS:
        assert kind.__name__ in (errors.__doc__ or "")
    defined = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert defined == {kind.__name__ for kind in KINDS} | {"GraphkitError"}


def test_the_hint_stands_on_a_second_line_and_only_if_there_is_one() -> None:
    assert str(GraphkitError("what", code="c")) == "what"
    assert str(GraphkitError("what", code="c", hint="do this")).splitlines() == ["what", "do this"]


def test_the_code_is_required() -> None:
    with pytest.raises(TypeError):
        GraphkitError("what")  # type: ignore[call-arg]


def test_convenience_fields_read_what_was_given_and_are_empty_otherwise() -> None:
    error = DataError("m", code="c", source="a.csv", place="a.csv:3", value=7)
    assert (error.source, error.place, error.value) == ("a.csv", "a.csv:3", 7)
    assert (DataError("m", code="c").source, DataError("m", code="c").place) == (None, None)
    assert IdentityError("m", code="c", candidates=("甲", "乙")).candidates == ["甲", "乙"]
    assert IdentityError("m", code="c").candidates == []
    assert QueryError("m", code="c", position=12).position == 12
    assert QueryError("m", code="c").position is None


def test_a_loader_adds_the_place_without_touching_the_first_error() -> None:
    first = DataError("not a count: 'x'", code="value-not-understood", hint="write 120", value="x")
    placed = first.at("a.csv:3, column 女职工数", source="a.csv")
    assert placed.message == "a.csv:3, column 女职工数: not a count: 'x'"
    assert (placed.code, placed.hint) == ("value-not-understood", "write 120")
    assert (placed.value, placed.source) == ("x", "a.csv")
    assert first.place is None and first.message == "not a count: 'x'"
