"""Write the invented county: its datasets and workbooks in two editions, and truth.json, the answers to be reached.

Run as `python seeds/example_county/make.py [FOLDER]`; without a folder the files beside this script are renewed.
"""

import json
import sys
from pathlib import Path

from county.facts import EDITIONS
from county.offices import deliveries
from county.truth import truth
from county.workbooks import workbook_truth, write_workbooks
from county.write import write


def make(folder: Path) -> list[Path]:
    """Write every file below a folder and return their paths."""
    delivered = [delivery for edition in EDITIONS for delivery in deliveries(edition)]
    made = [path for d in delivered for path in write(d, folder / d.edition / d.dataset)]
    sent = [workbook for edition in EDITIONS for workbook in write_workbooks(edition, folder, delivered)]
    answers = folder / "truth.json"
    told = truth(delivered) | {"workbooks": workbook_truth(sent)}
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    answers.write_text(text + "\n", encoding="utf-8", newline="\n")
    return [*made, *(workbook.path for workbook in sent), answers]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    sys.stdout.write(f"{len(make(target))} files in {target}\n")
