"""One way of writing each character (width, script, radicals); what cannot be seen goes, the unknown is marked."""

import re
import unicodedata
from functools import cache
from itertools import chain

from graphkit.documents.alignment import Aligned, Edit
from graphkit.documents.repair import LOST, Change
from graphkit.documents.script import only_traditional, simplified, traditional

# Text layers of PDF files hold radicals instead of the characters; Unicode has no folding for these.
_RADICALS = dict(zip(
    "⺁⺄⺆⺇⺈⺊⺌⺍⺕⺗⺛⺝⺟⺠⺡⺢⺣⺤⺦⺧⺨⺩⺪⺫⺬⺭⺮⺰⺳⺵⺷⺸⺹⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "厂乙冂几刀卜小小彐心旡月母民水水火爪丬牛犬王疋目示示竹纟网网羊羊老聿肉臼艹艹艹虎衤西西见角角讠贝足车辶辶辶邑钅長镸长门阜雨青韦页风飞食食饣马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
    strict=True,
))  # fmt: skip
_RADICAL_BLOCKS = chain(range(0x2E80, 0x2FD6), range(0xF900, 0xFAFF), range(0x2F800, 0x2FA1E))
_WIDE = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF05, 0xFF0B)
_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LINE_ENDS = "\r\x0b\x85\u2028\u2029"
_UNSEEN = re.compile(
    "\\r(?=\\n)|[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\xad\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff]+"
)
_PRIVATE = re.compile("[\\ue000-\\uf8ff\\U000f0000-\\U0010fffd]+")
# Symbol fonts put their bullets and boxes here: signs of the layout, no words.
_SYMBOL = re.compile("[\uf000-\uf0ff]+")
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_UNEVEN = re.compile(r"（[^（）()\n]{1,40}\)|\([^（）()\n]{1,40}）")
_TRADITIONAL_SHARE, _FEWEST = 0.02, 3


def fold(text: Aligned) -> tuple[Aligned, list[Change]]:
    """Return the text folded, with what was lost on the way, by places of the raw text."""
    present = set(text.text)
    losses: list[Change] = []
    if any(not char.isprintable() and char != "\n" for char in present):
        text, losses = _without_unseen(text)
    text = text.replaced(text.text.translate(_one_to_one()))
    if any("\ufb00" <= char <= "\ufb06" for char in present):
        ligatures = _LIGATURES.finditer(text.text)
        text = text.edited(Edit(*found.span(), unicodedata.normalize("NFKC", found[0])) for found in ligatures)
    if not traditional().keys().isdisjoint(set(text.text)):
        text = text.replaced(_in_one_script(text.text))
    uneven = (Edit(*found.span(), f"（{found[0][1:-1]}）") for found in _UNEVEN.finditer(text.text))
    return text.edited(uneven), losses


def _without_unseen(text: Aligned) -> tuple[Aligned, list[Change]]:
    edits = []
    losses = []
    for found in _UNSEEN.finditer(text.text):
        edits.append(Edit(*found.span()))
        if unicodedata.category(found[0][0]) == "Cc" and found[0] != "\r":
            losses.append(Change("control", *text.origin(*found.span())))
    for found in _PRIVATE.finditer(text.text):
        sign = LOST if not _SYMBOL.fullmatch(found[0]) else ""
        edits.append(Edit(*found.span(), sign))
        losses.append(Change("private", *text.origin(*found.span())))
    edits.sort(key=lambda edit: edit.start)
    return text.edited(edits), losses


def _in_one_script(text: str) -> str:
    """Simplify a traditional text as a whole; in a simplified one only what no simplified text writes.

    乾 and 昇 are right in the names of a simplified text, and wrong readings of 干 and 升 in a traditional one.
    """
    if _is_traditional(text):
        return simplified(text)
    lines = text.split("\n")
    return "\n".join(
        simplified(line) if _is_traditional(line) else line.translate(only_traditional()) for line in lines
    )


def _is_traditional(text: str) -> bool:
    mapping = only_traditional()
    signs = sum(text.count(char) for char in set(text) if ord(char) in mapping)
    return signs >= _FEWEST and signs >= _TRADITIONAL_SHARE * len(text)


@cache
def _one_to_one() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in _WIDE}
    for code in _RADICAL_BLOCKS:
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain != chr(code):
            table[code] = plain
    table |= {ord(char): plain for char, plain in _RADICALS.items()}
    return table | dict.fromkeys(map(ord, _BLANKS), " ") | dict.fromkeys(map(ord, _LINE_ENDS), "\n")
