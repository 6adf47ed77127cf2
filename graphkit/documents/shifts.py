"""A stretch that lost a byte is read again, if the document itself says the same words elsewhere.

In GBK a lost byte shifts all that follows: 。”晶 becomes ?!本, until a byte of its own sets the reader right again. The
byte can be put back, but often a pair of bytes was dropped as well, since it fell into the private range. The two
characters that it was torn from are looked for in the document, never in a dictionary.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from graphkit.documents.script import is_common

_WIDE = r"[^\x00-\x7f\s\ufffd]"
SHIFTED = re.compile(rf"[?\ufffd](!?)((?:{_WIDE}{{1,8}}[?\ufffd]){{0,6}}{_WIDE}{{2,60}})([@-~]|[?\ufffd]?)")
_SHORTEST_PROOF, _MOST_TRIES = 4, 50


@dataclass(slots=True)
class Witness:
    """A document asked for the words of its own shifted stretches; asked too often, it says nothing more."""

    text: str
    tries: int = 0
    pairs: dict[tuple[int, int], list[str]] | None = field(default=None)

    def read_again(self, found: re.Match[str]) -> str | None:
        """Put the lost byte back and return the words if the document proves them, else None.

        The lost byte is A1, the lead of 。, and ! stands for A3A1.
        """
        self.tries += 1
        if self.tries > _MOST_TRIES or {"?", "\ufffd"} & set(found[2]):
            return None
        tail = found[3] if found[3].strip("?\ufffd") else ""
        try:
            data = b"\xa1" + (b"\xa3\xa1" if found[1] else b"") + found[2].encode("gbk") + tail.encode("ascii")
        except UnicodeEncodeError:
            return None
        elsewhere = f"{self.text[: found.start()]}\n{self.text[found.end() :]}"
        proofs: dict[str, int] = {}
        for words, at in self._candidates(data):
            proofs[words] = max(proofs.get(words, 0), _proof(words, elsewhere, at=at))
        longest = max(proofs.values(), default=0)
        best = [words for words, proof in proofs.items() if proof == longest]
        return best[0] if longest >= _SHORTEST_PROOF and len(best) == 1 else None

    def _candidates(self, data: bytes) -> list[tuple[str, int | None]]:
        """Return what the bytes may mean, and where two characters were put in whose inner bytes are missing."""
        whole = _decoded(data)
        found: list[tuple[str, int | None]] = [] if whole is None else [(whole, None)]
        for place in range(0, len(data) - 1, 2):
            head, rest = _decoded(data[:place]), _decoded(data[place + 2 :])
            if head is not None and rest is not None:
                pairs = self._dropped().get((data[place], data[place + 1]), ())
                found += [(head + pair + rest, len(head)) for pair in pairs]
        return found

    def _dropped(self) -> dict[tuple[int, int], list[str]]:
        """Return the document's pairs of characters whose inner bytes decoders drop, by their outer bytes."""
        if self.pairs is None:
            self.pairs = defaultdict(list)
            for pair in sorted(set(map("".join, zip(self.text, self.text[1:], strict=False)))):
                data = _encoded(pair)
                if len(data) == 4 and _is_private(data[1], data[2]):
                    self.pairs[data[0], data[3]].append(pair)
        return self.pairs


def is_odd(run: str) -> bool:
    """Say whether no one writes this: rare characters, or signs of other alphabets, among the Han."""
    rare = sum(not is_common(char) for char in run if "\u3400" <= char <= "\u9fff")
    foreign = sum("\u0370" <= char <= "\u04ff" or "\u2500" <= char <= "\u257f" or char == "〒" for char in run)
    return foreign > 0 or rare >= max(2, len(run) * 0.3)


def _is_private(lead: int, trail: int) -> bool:
    user = (0xAA <= lead <= 0xAF or 0xF8 <= lead <= 0xFE) and trail >= 0xA1
    return user or (0xA1 <= lead <= 0xA7 and 0x40 <= trail <= 0xA0)


def _encoded(pair: str) -> bytes:
    try:
        return pair.encode("gbk")
    except UnicodeEncodeError:
        return b""


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode("gbk")
    except UnicodeDecodeError:
        return None


def _proof(whole: str, elsewhere: str, *, at: int | None) -> int:
    """Return the length of the longest run of the words that stands elsewhere too; at a place, of one that holds it."""
    best = 0
    for start in range(len(whole)):
        for end in range(start + max(best + 1, _SHORTEST_PROOF), len(whole) + 1):
            if whole[start:end] not in elsewhere:
                break
            if at is None or (start <= at and end >= at + 2):
                best = end - start
    return best
