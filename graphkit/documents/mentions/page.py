"""A page: the cleaned text with its words, so that a rule can ask what stands at a place and what stands before it."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphkit.documents.mentions.words import Words
from graphkit.documents.tagging import Token, tokens

_CLOSING = {"”": "“", "》": "《", "）": "（", ")": "(", "』": "『", "」": "「", "】": "【", '"': '"', "’": "‘"}
# The tagger now and then takes a bracket into a word.
_MARK = re.compile("[（）()“”《》、，]")
# Two bodies as one word: 镇党委和县妇联.
_AND = re.compile("[和与及](?=[省市县区州镇](?:妇联|妇女联合会|委|政府|[\\u4e00-\\u9fff]{1,8}(?:局|办|部|会)))")
_QUOTE = re.compile(
    r"“([^“”\n。！？]{1,40})”|「([^「」\n。！？]{1,40})」|『([^『』\n。！？]{1,40})』|\"([^\"\n。！？]{1,40})\""
)
_TITLE = re.compile(r"《([^《》\n]{2,60}(?:〈[^〉]*〉)?)》")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words in quotation marks or 《》: `[start, end)` with the marks, `[inner, last)` without."""

    start: int
    end: int
    inner: int
    last: int


class Page:
    """A text, its tokens, and where each begins and ends."""

    def __init__(self, text: str, lexicon_words: Words) -> None:
        """Tag the text and cut apart what the tagger glued."""
        self.text = text
        self.words = lexicon_words
        parts = [part for token in tokens(text) for part in _parted(text, token, lexicon_words)]
        self.tokens: tuple[Token, ...] = tuple(_joined_names(parts))
        self.at_start = {token[0]: index for index, token in enumerate(self.tokens)}
        self.at_end = {token[1]: index for index, token in enumerate(self.tokens)}
        # Filled by the rules of regions: stacked places by where they begin, and by every character of theirs.
        self.chains: dict[int, list[Any]] = {}
        self.stacked: dict[int, list[Any]] = {}
        self.towns: int | None = None
        self.cover = [-1] * len(text)
        for index, (start, end, _) in enumerate(self.tokens):
            self.cover[start:end] = [index] * (end - start)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Return the towns and villages of the text without their endings."""
        chains = {id(chain): chain for place, chain in self.stacked.items() if place >= 0}
        levels = ("town", "township", "subdistrict", "village")
        names = {place.name for chain in chains.values() for place in chain if place.level in levels}
        stems = {name.removesuffix("街道").rstrip("镇乡村") for name in names}
        return tuple(sorted((stem for stem in stems if len(stem) >= 2), key=lambda stem: (-len(stem), stem)))

    @cached_property
    def quotes(self) -> tuple[Quoted, ...]:
        """Return what stands in quotation marks."""
        return tuple(
            Quoted(match.start(), match.end(), match.start() + 1, match.end() - 1)
            for match in _QUOTE.finditer(self.text)
        )

    @cached_property
    def titles(self) -> tuple[Quoted, ...]:
        """Return what stands in 《》."""
        return tuple(
            Quoted(match.start(), match.end(), match.start() + 1, match.end() - 1)
            for match in _TITLE.finditer(self.text)
        )

    @cached_property
    def quote_ends(self) -> dict[int, Quoted]:
        """Return the quotes by where they end."""
        return {quoted.end: quoted for quoted in (*self.quotes, *self.titles)}

    def word(self, index: int) -> str:
        """Return the letters of a token."""
        start, end, _ = self.tokens[index]
        return self.text[start:end]

    def tag(self, index: int) -> str:
        """Return the tag of a token."""
        return self.tokens[index][2]

    def inside(self, start: int, end: int) -> range:
        """Return the indexes of the tokens that touch a stretch."""
        first = next((self.cover[place] for place in range(start, end) if self.cover[place] >= 0), -1)
        last = next((self.cover[place] for place in range(end - 1, start - 1, -1) if self.cover[place] >= 0), -1)
        return range(first, last + 1) if first >= 0 else range(0)

    def before(self, place: int) -> int:
        """Return the index of the token that ends at a place or before it, -1 for none."""
        for at in range(place - 1, max(-1, place - 4), -1):
            if self.cover[at] >= 0:
                return self.cover[at]
        return -1

    def opening(self, close: int) -> int:
        """Return where the bracket or quote that closes at a place was opened, -1 where it was not."""
        mark = _CLOSING.get(self.text[close])
        if mark is None:
            return -1
        low = max(0, close - 42)
        found = self.text.rfind(mark, low, close)
        return found if found >= 0 and not re.search(r"[\n。！？]", self.text[found:close]) else -1


def _parted(text: str, token: Token, words: Words) -> list[Token]:
    """Cut a token that holds a whole name, a link and more: 甲区妇联联合区人才 is three words."""
    start, end, tag = token
    if end - start > 1 and (mark := _MARK.search(text, start, end)) is not None:
        at = mark.start()
        left = _parted(text, (start, at, tag), words) if at > start else []
        right = _parted(text, (at + 1, end, "n" if tag == "w" else tag), words) if at + 1 < end else []
        return [*left, (at, at + 1, "w"), *right]
    if tag == "ORG" and end - start > 5 and text.startswith("中共", start):
        return [(start, start + 2, "n"), *_parted(text, (start + 2, end, tag), words)]
    if (
        tag in ("ORG", "LOC")
        and end - start >= 5
        and text[start] in "由向在与以于把被"
        and text[start : start + 2] not in words.regions
    ):
        return [(start, start + 1, "p"), *_parted(text, (start + 1, end, tag), words)]
    if tag in ("ORG", "LOC") and (link := _AND.search(text, start + 2, end)) is not None:
        left = _parted(text, (start, link.start(), tag), words)
        return [*left, (link.start(), link.end(), "c"), *_parted(text, (link.end(), end, tag), words)]
    if end - start < 5 or tag not in ("ORG", "LOC", "PER", "nz", "n", "nw", "a", "v"):
        return [token]
    match = words.glued.match(text, start, end)
    if match is None or not match["rest"]:
        return [token]
    middle, rest = match.end("name"), match.start("rest")
    parts: list[Token] = [(start, middle, "ORG")]
    if middle < rest:
        parts.append((middle, rest, "v"))
    return [*parts, *_parted(text, (rest, end, tag), words)]


def _joined_names(tokens_: list[Token]) -> list[Token]:
    """Join a surname to the given name where the tagger calls each of them a person."""
    found: list[Token] = []
    for token in tokens_:
        last = found[-1] if found else None
        alone = last is not None and last[2] == "PER" and last[1] - last[0] == 1 and last[1] == token[0]
        if last is not None and alone and token[2] == "PER" and token[1] - token[0] <= 2:
            found[-1] = (last[0], token[1], "PER")
        else:
            found.append(token)
    return found
