"""The words that the reading of documents rests on: endings of names, departments, titles, trades, regions.

They are data (`lexicons/*.yaml`, `lexicons/regions.tsv`), so that an office adds its own without code: a folder with
files of the same names, whose lists are appended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from graphkit.errors import DataError

# One key of a file: words, or words by kind.
Words = tuple[str, ...]
Table = Mapping[str, Mapping[str, Words]]
# Files of these folders that hold more than lists of words.
_READ_ELSEWHERE = ("relations",)
_MUNICIPALITIES = ("11", "12", "31", "50")
_SHORT_ENDINGS = ("特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "省", "市", "盟", "区", "县", "旗")
_PEOPLES = (
    "壮族 回族 维吾尔 满族 蒙古族 蒙古 藏族 苗族 侗族 土家族 彝族 傣族 白族 哈尼族 "
    "布依族 黎族 朝鲜族 羌族 景颇族 傈僳族 瑶族 畲族 土族 撒拉族 保安族 东乡族 哈萨克 哈萨克族 "
    "柯尔克孜 塔吉克 锡伯 各族 仡佬族 水族 毛南族 仫佬族 佤族 拉祜族 布朗族 纳西族 独龙族 怒族 "
    "普米族 达斡尔族 裕固族 "
)


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One line of the table of regions: `short` is the name without its ending (青田 of 青田县)."""

    code: str
    name: str
    short: str
    level: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words, read once and never changed: `tables[file][key][kind]`; a plain list stands under the kind ``""``."""

    tables: Mapping[str, Table]
    regions: tuple[RegionRow, ...]
    # The office's own folder: files that are no lists of words (relations.yaml) are read by who understands them.
    folder: Path | None = None

    def words(self, file: str, key: str) -> Words:
        """Return the words of one key of a file, of all its kinds, in their order."""
        kinds = self.tables.get(file, {}).get(key, {})
        return tuple(word for words in kinds.values() for word in words)

    def kinds(self, file: str, key: str) -> dict[str, str]:
        """Return the kind of every word of a key; a word that stands under two kinds keeps the first."""
        found: dict[str, str] = {}
        for kind, words in self.tables.get(file, {}).get(key, {}).items():
            for word in words:
                found.setdefault(word, kind)
        return found

    def keys(self, file: str) -> tuple[str, ...]:
        """Return the keys of a file."""
        return tuple(self.tables.get(file, {}))


def load_lexicon(folder: Path | None = None) -> Lexicon:
    """Read the built-in words; a folder of the office adds to them (same file names, lists appended).

    Raises DataError, which names file and key, for a file or key that is unknown and for what is no list of words.
    """
    built_in = _built_in()
    if folder is None:
        return built_in
    regions = built_in.regions
    tables = {file: {key: dict(kinds) for key, kinds in table.items()} for file, table in built_in.tables.items()}
    for path in sorted(Path(folder).glob("*")):
        if path.name == "regions.tsv":
            regions = (*regions, *_regions(path.read_text(encoding="utf-8"), str(path)))
        elif path.suffix in (".yaml", ".yml") and path.stem not in _READ_ELSEWHERE:
            _append(tables, path)
    return Lexicon(_frozen(tables), regions, Path(folder))


def _append(tables: dict[str, dict[str, dict[str, Words]]], path: Path) -> None:
    if path.stem not in tables:
        known = ", ".join(f"{name}.yaml" for name in sorted(tables))
        raise _wrong(str(path), "", path.name, "is none of the lexicon's files", f"Its files are {known}.")
    table = tables[path.stem]
    for key, kinds in _parsed(path.read_text(encoding="utf-8"), str(path)).items():
        if key not in table:
            known = ", ".join(table)
            raise _wrong(str(path), key, key, "is not a key of this file", f"Its keys are {known}.")
        for kind, words in kinds.items():
            if bool(kind) != ("" not in table[key]):
                raise _wrong(str(path), key, kind, "does not fit", f"Write {key} as {_form(table[key])}.")
            table[key][kind] = (*table[key].get(kind, ()), *words)


def _form(kinds: Mapping[str, Words]) -> str:
    return "a list of words" if "" in kinds else f"words by kind ({', '.join(kinds)})"


@cache
def _built_in() -> Lexicon:
    folder = files("graphkit.documents") / "lexicons"
    tables = {
        entry.name.removesuffix(".yaml"): _parsed(entry.read_text(encoding="utf-8"), entry.name)
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml") and entry.name.removesuffix(".yaml") not in _READ_ELSEWHERE
    }
    rows = _regions((folder / "regions.tsv").read_text(encoding="utf-8"), "regions.tsv")
    return Lexicon(_frozen(tables), tuple(rows))


def _frozen(tables: Mapping[str, Table]) -> Mapping[str, Table]:
    return MappingProxyType(
        {
            file: MappingProxyType({key: MappingProxyType(dict(kinds)) for key, kinds in table.items()})
            for file, table in tables.items()
        }
    )


def _parsed(text: str, source: str) -> dict[str, dict[str, Words]]:
    """Read one file: key -> list of words, or key -> kind -> list of words."""
    try:
        # Every value stays text: YAML 1.1 would make a number of a word of digits, and a truth of `on`.
        data = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        raise DataError(f"{source} is no YAML", code="lexicon", source=source, place=place, hint="Mend it.") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise _wrong(source, "", data, "is no mapping of keys to lists of words")
    return {str(key): _kinds(value, source, str(key)) for key, value in data.items()}


def _kinds(value: Any, source: str, key: str) -> dict[str, Words]:
    if isinstance(value, dict):
        return {str(kind): _words(words, source, f"{key}.{kind}") for kind, words in value.items()}
    return {"": _words(value, source, key)}


def _words(value: Any, source: str, key: str) -> Words:
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise _wrong(source, key, value, "is no list of words", "Write it as [word word, word].")
    return tuple(word for line in value for word in line.split())


def _wrong(source: str, key: str, value: object, what: str, hint: str = "") -> DataError:
    where = f"{source}, {key}" if key else source
    text = str(value)[:40]
    fields = {"source": source, "place": key, "value": text}
    return DataError(f"{where}: {text!r} {what}", code="lexicon", hint=hint, **fields)


def _regions(text: str, source: str) -> Iterator[RegionRow]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        code, _, name = line.partition("\t")
        if not (code.isdecimal() and len(code) == 6 and name):
            raise _wrong(source, f"line {number}", line, "is no code of six digits, a tab and a name")
        yield RegionRow(code, name, _short(name), _level(code, name))


def _short(name: str) -> str:
    if name.endswith(("新区", "园区")):
        return name
    for ending in _SHORT_ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            stem = name.removesuffix(ending)
            return _without_people(stem) if ending.startswith("自治") else stem
    return name


def _without_people(stem: str) -> str:
    """Leave the names of peoples out: 广西 of 广西壮族, 黔东南 of 黔东南苗族侗族."""
    found = True
    while found:
        found = False
        for people in sorted(_PEOPLES.split(), key=len, reverse=True):
            if stem.endswith(people) and len(stem) - len(people) >= 2:
                stem, found = stem.removesuffix(people), True
                break
    return stem


def _level(code: str, name: str) -> str:
    if code.endswith("0000"):
        return "municipality" if code[:2] in _MUNICIPALITIES else "province"
    if code.endswith("00"):
        return "city"
    if name.endswith("新区"):
        return "new_area"
    if name.endswith("园区") and len(name) > 4:
        return "development_zone"
    if name.endswith(("县", "旗")):
        return "county"
    return "county_city" if name.endswith("市") else "district"
