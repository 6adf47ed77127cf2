"""Where annotated documents are: the project's own, tuned on and not, and the five sources beside the repository."""

import os
from pathlib import Path

import pytest

TEXTS, UNSEEN = Path(__file__).parent / "texts", Path(__file__).parent / "unseen"
_VARIABLE = "GRAPHKIT_ANNOTATIONS"


def shared_gold() -> Path:
    """Return the folder with the annotations of the five sources, or skip: they do not travel with the project."""
    return _shared() / "gold"


def shared_texts() -> Path:
    """Return the folder with the five sources, or skip."""
    return _shared() / "seeds"


def _shared() -> Path:
    told = os.environ.get(_VARIABLE)
    places = [Path(told)] if told else [parent / "shared" for parent in Path(__file__).resolve().parents[2:4]]
    found = next((place for place in places if (place / "gold").is_dir() and (place / "seeds").is_dir()), None)
    if found is None:
        pytest.skip(f"the five sources are not here; {_VARIABLE} may name the folder that holds gold/ and seeds/")
    return found
