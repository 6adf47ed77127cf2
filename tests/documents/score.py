"""Print how right the extraction is: `python -m tests.documents.score [GOLD TEXTS] [--errors]`.

GOLD: a folder of annotations (*.json), TEXTS: the folder of the documents that they name. Without them the project's
own texts are scored, apart: those that the rules were tuned on, as on the five sources, so that their figures flatter,
and those of which nobody who wrote a rule saw more than the scores.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graphkit.documents.extraction import extract_file
from tests.documents.scoring import Score, Tally, score

TEXTS, UNSEEN = Path(__file__).parent / "texts", Path(__file__).parent / "unseen"
TUNED, NOT_TUNED = "tuned on these", "not tuned on these"


def pairs(gold: Path, texts: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    """Yield each annotation and the document that it is of."""
    for file in sorted(gold.glob("*.json")):
        wanted = json.loads(file.read_text(encoding="utf-8"))
        yield wanted, texts / wanted.get("file", f"{file.stem}.txt")


def scored(gold: Path, texts: Path) -> dict[str, Score]:
    """Score the extraction of every document of a folder."""
    found = {}
    for wanted, file in pairs(gold, texts):
        found[file.stem] = score(wanted, extract_file(file).to_dict())
    return found


def total(found: dict[str, Score]) -> Score:
    """Add the scores of several documents."""
    whole = Score()
    for one in found.values():
        whole += one
    return whole


def told(name: str, tally: Tally) -> str:
    """Write a tally in one line."""
    return (
        f"{name:<28} P {tally.precision:.2f} ({tally.right}/{tally.told})  "
        f"R {tally.recall:.2f} ({tally.found}/{tally.wanted})  F1 {tally.f1:.2f}"
    )


def report(found: dict[str, Score], *, errors: bool = False) -> Iterator[str]:
    """Yield the lines that the command prints."""
    whole = total(found)
    for kind in ("entities", "relations", "statistics"):
        yield f"== {kind} =="
        yield from (told(name[:28], getattr(one, kind)) for name, one in found.items())
        yield told("all", getattr(whole, kind))
    for title, tallies in (("entities by type", whole.by_type), ("relations by type", whole.by_relation)):
        yield f"== {title} =="
        yield from (told(name, tally) for name, tally in sorted(tallies.items()))
    yield "== recall by basis, properties of matched relations =="
    yield "  ".join(f"{name} {t.found}/{t.wanted}" for name, t in (*whole.by_basis.items(), *whole.properties.items()))
    yield "== accepted band =="
    for kind, tally in (("entities", whole.accepted_entities), ("relations", whole.accepted_relations)):
        yield f"{kind:<28} P {tally.precision:.2f} ({tally.right}/{tally.told})"
    yield f"split {whole.split}, wrong type {whole.wrong_type}"
    yield f"negatives told: {whole.negatives or 'none'}; negative relations told: {whole.negative_relations or 'none'}"
    if errors:
        yield "== errors =="
        yield from (f"{kind}: {' | '.join(shown)}" for kind, shown in sorted(whole.errors.items()))


def main() -> None:
    """Score the folders named on the command line, or the project's own texts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="GOLD TEXTS")
    parser.add_argument("--errors", action="store_true", help="list what is false and what is missed, by type")
    asked = parser.parse_args()
    if len(asked.folders) not in (0, 2):
        parser.error("give both folders, or none")
    own = ((TEXTS, TEXTS, TUNED), (UNSEEN, UNSEEN, NOT_TUNED))
    for gold, texts, note in [(*asked.folders, TUNED)] if asked.folders else own:
        found = scored(gold, texts)
        sys.stdout.write(f"{len(found)} documents ({note})\n")
        sys.stdout.writelines(f"{row}\n" for row in report(found, errors=asked.errors))


if __name__ == "__main__":
    main()
