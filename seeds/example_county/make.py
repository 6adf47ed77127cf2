"""Write the invented county: its datasets in two editions, and truth.json, the answers to be reached.

Run as `python seeds/example_county/make.py [FOLDER]`; without a folder the files beside this script are renewed.
"""

import json
import sys
from pathlib import Path

from county.facts import EDITIONS
from county.offices import deliveries
from county.truth import truth
from county.write import write


def make(folder: Path) -> list[Path]:
    """Write every file below a folder and return their paths."""
    delivered = [delivery for edition in EDITIONS for delivery in deliveries(edition)]
    made = [path for d in delivered for path in write(d, folder / d.edition / d.dataset)]
    answers = folder / "truth.json"
    text = json.dumps(truth(delivered), ensure_ascii=False, indent=1, sort_keys=True)
    answers.write_text(text + "\n", encoding="utf-8", newline="\n")
    return [*made, answers]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    sys.stdout.write(f"{len(make(target))} files in {target}\n")
