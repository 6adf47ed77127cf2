"""Names as a map can show them: nothing unseen in them, and short enough for a label."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

# C0 and C1 controls, and what turns the direction of the text around it: a name must not dress up as another.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
LEGAL_FORM = re.compile("(?<=..)(?:股份|集团)?(?:有限责任公司|有限公司)$|(?<=..)股份公司$")
PLACE = "省市区县镇乡街村"
LONGEST_LABEL = 60
LONGEST_TEXT = 20_000  # a longer text is no fact but a file


def visible(value: Any) -> str:
    """Return a text in which every control and direction mark can be seen, so that it can do nothing unseen."""
    return "" if value is None else UNSEEN.sub("\ufffd", str(value)[:LONGEST_TEXT])


def short(name: str) -> str:
    """Return the label of a name: without the legal form, cut to what a label can ever show."""
    plain = LEGAL_FORM.sub("", name.replace("妇女联合会", "妇联"))
    return plain if len(plain) <= LONGEST_LABEL else plain[: LONGEST_LABEL - 1] + "…"


def labels(names: Sequence[str], types: Sequence[str]) -> tuple[str, ...]:
    """Shorten the names where the short form still names one node only."""
    shortened = [short(name) for name in names]
    home = _common_start([label for label, kind in zip(shortened, types, strict=True) if kind == "Company"])
    for i, (label, kind) in enumerate(zip(shortened, types, strict=True)):
        rest = label[len(home) :]
        if kind != "Company" and len(rest) > 4 and rest[0] in PLACE:
            rest = rest[1:]  # 竹木产业协会 of the county itself
        # What is left of another's name has to name it: 县妇联 would not.
        plain = len(rest) >= 2 if kind == "Company" else len(rest) >= 4 and rest[0] not in PLACE
        if home and label.startswith(home) and plain:
            shortened[i] = rest
    times = Counter(shortened)
    return tuple(
        label if times[label] == 1 else name[:LONGEST_LABEL] for label, name in zip(shortened, names, strict=True)
    )


def _common_start(companies: Sequence[str]) -> str:
    """Find the place with which most companies' names begin: on a map of that place it tells nothing."""
    for length in (4, 3, 2):
        starts = Counter(name[:length] for name in companies)
        for start, times in starts.most_common(1):
            if times > 5 and 2 * times > len(companies) and start.isalpha():
                return start
    return ""
