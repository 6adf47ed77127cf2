"""The bytes of a text become characters; which encoding was found is named, and what is a guess is said to be one."""

import re
from dataclasses import dataclass

from graphkit.errors import DataError

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8 with BOM"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})|<\?xml[^>]{0,100}encoding=[\"']([A-Za-z0-9_-]{2,20})",
    re.IGNORECASE,
)
# Three bytes of UTF-8 in a row three times are no accident in a line of another encoding.
_UTF8_WORDS = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf]{2}){3}")
_SAMPLE = 1 << 20
_READABLE, _COMMON, _FEWEST = 0.9, 0.6, 8
_HAN = re.compile("[\u3400-\u9fff]")
_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\u2014\u2018-\u201d\u2026·\x20-\x7e\s]")
HINT = "Save it as UTF-8 and read it again."


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the name of its encoding, and what is uncertain about it."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, *, source: str, encoding: str | None = None) -> Decoded:
    """Decode a text: a byte order mark, strict UTF-8, strict GB18030, then a guess; raise DataError for no text.

    UTF-8 comes first, for many UTF-8 texts are valid GB18030 too. Where lines of both stand in one file, each line is
    read by its own. A named `encoding` is taken at its word: what is not written in it is a DataError.
    """
    if encoding is not None:
        return _named(data, encoding, source)
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], codec, name)
    if b"\x00" in data[:_SAMPLE]:
        if (wide := _wide(data)) is None:
            raise no_text(source)
        return wide
    try:
        return _once_more(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if (declared := _declared(data)) is not None:
        return declared
    if _UTF8_WORDS.search(data) and (mixed := _mixed(data)) is not None:
        return mixed
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return _guessed(data, source)
    if _is_common(text):
        return Decoded(text, "GB18030")
    return _big5(data) or _wide(data) or Decoded(text, "GB18030")


def _named(data: bytes, encoding: str, source: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        message = f"{source} is not {encoding}"
        hint = "Leave the encoding out, or name another."
        raise DataError(message, code="bad-encoding", hint=hint, source=source, place=None, value=encoding) from error
    return Decoded(text.removeprefix("\ufeff"), encoding)


def _once_more(text: str) -> Decoded:
    """Undo what a program did that read UTF-8 as something else and saved it as UTF-8 again: 浜戞邯 is 云溪."""
    for codec, fits in (("gb18030", _is_common), ("cp1252", _has_few_accents), ("latin-1", _has_few_accents)):
        if fits(text):
            continue
        try:
            again = text.encode(codec).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        if len(_HAN.findall(again)) < _FEWEST or not _is_common(again):
            continue
        return Decoded(again, "UTF-8", (f"was read as {codec} and saved again: undone, which is a guess",))
    return Decoded(text, "UTF-8")


def _has_few_accents(text: str) -> bool:
    sample = text[:20_000]
    return sum("\x80" <= char <= "\xff" for char in sample) < 0.3 * len(sample)


def _marked(data: bytes, codec: str, name: str) -> Decoded:
    text = data.decode(codec, errors="replace")
    lost = text.count("\ufffd")
    return Decoded(text, name, (f"{lost} characters cannot be read",) if lost else ())


def _wide(data: bytes) -> Decoded | None:
    """Read UTF-16 without a mark."""
    for codec in ("utf-16-le", "utf-16-be") if len(data) % 2 == 0 else ():
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if _is_readable(text) and _is_common(text):
            return Decoded(text, "UTF-16", ("no byte order mark: read as UTF-16, which is a guess",))
    return None


def _declared(data: bytes) -> Decoded | None:
    """Read a page by the encoding it declares; gb2312 and gbk are written where GB18030 is meant."""
    found = _DECLARED.search(data[:4096])
    if found is None:
        return None
    name = (found[1] or found[2]).decode("ascii").casefold()
    codec = "gb18030" if name.startswith(("gb", "x-gbk", "cp936")) else name
    try:
        return Decoded(data.decode(codec), codec.upper())
    except (UnicodeDecodeError, LookupError):
        return None


def _mixed(data: bytes) -> Decoded | None:
    """Read line by line a file that was put together from files of two encodings."""
    lines = []
    seen = set()
    for line in data.split(b"\n"):
        for codec in ("ascii", "utf-8", "gb18030"):
            try:
                lines.append(line.decode(codec))
            except UnicodeDecodeError:
                continue
            seen.add(codec)
            break
        else:
            lines.append(line.decode("utf-8", errors="replace"))
            seen.add("?")
    if "utf-8" not in seen:
        return None
    text = "\n".join(lines)
    lost = text.count("\ufffd")
    warnings = ["lines of UTF-8 and of GB18030 in one file: each was read by its own"] if "gb18030" in seen else []
    warnings += [f"{lost} characters cannot be read"] if lost else []
    return Decoded(text, "UTF-8 and GB18030, mixed" if "gb18030" in seen else "UTF-8", tuple(warnings))


def _big5(data: bytes) -> Decoded | None:
    """Read Big5, whose bytes are valid GB18030 too, but give characters that nobody writes."""
    try:
        text = data.decode("big5hkscs")
    except UnicodeDecodeError:
        return None
    return Decoded(text, "Big5", ("read as Big5, which is a guess",)) if _is_common(text) else None


def _guessed(data: bytes, source: str) -> Decoded:
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
    name = best.encoding if best else "utf-8"
    text = data.decode("gb18030" if name.startswith("gb") else name, errors="replace")
    if not _is_readable(text):
        # A few torn bytes spoil a strict reading, and leave most of the text as it was.
        whole = [data.decode(codec, errors="replace") for codec in ("utf-8", "gb18030")]
        text = min(whole, key=lambda reading: reading.count("\ufffd"))
        name = ("utf-8", "gb18030")[whole.index(text)]
    if not _is_readable(text):
        raise no_text(source)
    lost = text.count("\ufffd")
    warnings = [f"neither UTF-8 nor GB18030 throughout: read as {name}, which is a guess"]
    return Decoded(text, name.upper(), (*warnings, *([f"{lost} characters cannot be read"] if lost else [])))


def no_text(source: str) -> DataError:
    """Return the error for bytes that are no text."""
    message = f"{source} is no text: it holds binary data"
    return DataError(message, code="no-text", hint="Name a txt, html, docx or pdf file.", source=source)


def _is_readable(text: str) -> bool:
    sample = text[:20_000]
    return len(_CHINESE.findall(sample)) >= _READABLE * len(sample)


def _is_common(text: str) -> bool:
    """Say whether most Han characters are of the kind that texts are made of; few of them prove nothing."""
    from graphkit.documents.script import is_common

    han = _HAN.findall(text[:20_000])
    return len(han) < _FEWEST or sum(map(is_common, han)) >= _COMMON * len(han)
