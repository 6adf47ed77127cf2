"""Blanks that stand within Chinese words, dates and numbers are taken out; those that part words stay.

Chinese is written without blanks: one between two Han characters is a slip of the layout (云 溪 县, 2023 年2 月), or it
parts what has no other sign to part it (names in a list, the halves of a headline). Only the first kind goes.
"""

import re
from collections.abc import Iterator

from graphkit.documents.alignment import Aligned, Edit

_HAN = "〇\u3400-\u9fff\U00020000-\U0003ffff"
_OPEN, _CLOSE = "（《〈“‘「『【〔", "）》〉”’」』】〕、，。：；！？"
# Gaps that never part words, each as the blank itself with what must stand around it.
_GAPS = (
    # 50 多人, 21.6 万, 14 日; not 10:35 来源, and not the number of a headline at the start of its line
    r"(?<=[0-9]) (?=[年月日号时%％])|(?<=年) (?=[0-9]{1,2} ?月)|(?<=月) (?=[0-9]{1,2} ?[日号])",
    rf"(?<=[{_HAN}][0-9]) (?=[{_HAN}])|(?<=[{_HAN}][0-9.]{{2}}) (?=[{_HAN}])|(?<=[{_HAN}][0-9.]{{3}}) (?=[{_HAN}])"
    rf"|(?<=[{_HAN}][0-9.]{{4}}) (?=[{_HAN}])|(?<=[{_HAN}][0-9.]{{5}}) (?=[{_HAN}])",
    # a single character between blanks: 云 溪 县, 甲 和 乙
    rf"(?<=[{_HAN}]) (?=[{_HAN}] [{_HAN}])|(?<=[{_HAN}] [{_HAN}]) (?=[{_HAN}])",
    # two characters set apart to be as wide as three: 王 芳、李小兰
    rf"(?:(?<=[^{_HAN} ][{_HAN}])|(?<=  [{_HAN}])|(?<=^[{_HAN}])) (?=[{_HAN}](?:[^{_HAN} ]|  |$))",
    # before and behind signs that part by themselves
    rf"(?<=[{_OPEN}]) +|(?<! ) {{1,8}}(?=[{_CLOSE}])|(?<=[{_CLOSE}]) (?=[{_HAN}{_OPEN}])|(?<=[{_HAN}]) (?=[{_OPEN}])",
)
_GAP = re.compile("|".join(_GAPS), re.MULTILINE)
# 本报讯 and 新华社电 stand apart from what they tell.
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])(?<![讯电]) (?=[{_HAN}0-9])|(?<=[0-9]) (?=[{_HAN}])")
_QUOTED = re.compile(r"“[^”\n]{0,80}”|《[^》\n]{0,80}》|[（(][^）)\n]{0,80}[）)]|\"[^\"\n]{0,80}\"|「[^」\n]{0,80}」")
_CLAUSE = re.compile(r"[^，,。；;：:！!？?、\n]+")
_SENTENCE = re.compile(r"[。；;！？]|[，,].*[，,]")
_EDGE = re.compile(r"^[ \t]+|(?<![ \t])[ \t]+$", re.MULTILINE)
_SHORTEST_PROSE = 30
_BYLINE = ("记者", "通讯员")


def without_stray_blanks(text: Aligned) -> Aligned:
    """Take out the blanks that part nothing, and those at the ends of lines."""
    if " " not in text.text and "\t" not in text.text:
        return text
    text = text.edited(Edit(*found.span()) for found in _EDGE.finditer(text.text))
    text = text.edited(Edit(*found.span()) for found in _GAP.finditer(text.text))
    return text.edited(Edit(place, place + 1) for place in _in_prose(text.text))


def _in_prose(text: str) -> Iterator[int]:
    """Yield the single blanks between Han characters of running sentences; quoted words are left as they are."""
    start = 0
    for line in text.split("\n"):
        if " " in line and len(line) >= _SHORTEST_PROSE and _SENTENCE.search(line):
            # What is quoted keeps its length and loses its blanks, so that it neither matters nor moves anything.
            bare = _QUOTED.sub(lambda found: "×" * len(found[0]), line)
            for clause in _CLAUSE.finditer(bare):
                yield from (start + clause.start() + place for place in _strays(clause[0]))
        start += len(line) + 1


def _strays(clause: str) -> list[int]:
    words = clause.split(" ")
    if len(words) < 2 or words[0].endswith(_BYLINE) or (len(words) > 2 and all(2 <= len(word) <= 12 for word in words)):
        return []
    return [found.start() for found in _BETWEEN_HAN.finditer(clause)]
