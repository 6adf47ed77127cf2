"""How fast reports are read: `python -m tests.benchmarks.reading [FILE...]`, in characters a second of one core.

Without files the project's own texts are read, five times over; the first reading loads the tagger and is told apart.
"""

import argparse
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(__file__).parents[1] / "documents" / "texts"
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, how long it took of the processor, and the most memory that the process held."""

    files: int
    characters: int
    first_seconds: float
    seconds: float
    megabytes: float
    same: bool

    @property
    def rate(self) -> float:
        """Characters a second, once the tagger is loaded."""
        return self.characters / self.seconds if self.seconds else 0.0


def reading(files: list[Path], *, rounds: int = ROUNDS) -> Reading:
    """Read files several times over; say whether each round gave the same."""
    from graphkit.documents.extraction import extract_file

    started = time.process_time()
    extract_file(files[0])
    first, characters, answers = time.process_time() - started, 0, set()
    started = time.process_time()
    for _ in range(rounds):
        told = [extract_file(file) for file in files]
        characters += sum(len(one.clean.raw) for one in told)
        answers.add(repr([one.to_dict() for one in told]))
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Reading(len(files), characters, first, seconds, memory, len(answers) == 1)


def main() -> None:
    """Measure and print one line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reading", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    told = reading(parser.parse_args().files or sorted(TEXTS.glob("*.txt")))
    sys.stdout.write(
        f"{told.files} files, {told.characters:,} characters in all rounds: {told.rate:,.0f} characters a second "
        f"of one core (first file {told.first_seconds:.1f} s), {told.megabytes:,.0f} MB, "
        f"{'the same' if told.same else 'NOT the same'} every time\n"
    )


if __name__ == "__main__":
    main()
