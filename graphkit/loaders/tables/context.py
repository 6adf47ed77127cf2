"""What is said around a table: its title, the sheet's and the file's name tell a bank, a town, an alliance, a unit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from graphkit.loaders.tables.header import Header, header_text
from graphkit.loaders.tables.sheet import Sheet

_APART = re.compile(r"[-—_－/|（）()【】\[\]\s、，,：:。]+")
_DATED = re.compile(
    r"(?:截至|截止)?\d{2,4}年?(?:度|\d{1,2}(?:[-至~]\d{1,2})?月(?:\d{1,2}日)?|上半年|下半年|第?[一二三四1-4]季度)?(?:末|底)?|^附(?:件|表)\d*"
)
_REGION = r"(?:[\u4e00-\u9fff]{1,6}?[省市县区])?"
_KNOWN = (
    "国家开发|农业发展|进出口|工商|农业|建设|交通|邮政储蓄|邮储|招商|兴业|中信|光大|民生|浦发|浦东发展|华夏|平安|广发|浙商"
    "|渤海|恒丰|国际|海峡|中国"
)
_GENERIC = re.compile("[企家户业融资款信用各贷账额单名全本辖女妇与和及银]|合作|商业|村镇|重点|对接|服务|开户|意向")
_BRANCH = r"(?:股份有限公司|有限责任公司)?(?:[\u4e00-\u9fff]{1,10}?(?:分行|支行|营业部|分理处))?"
_BANK = re.compile(
    rf"(?P<name>(?:{_REGION}(?:中国)?(?P<known>{_KNOWN})银行|[\u4e00-\u9fff]{{2,8}}?(?:农商银行|农村商业银行|农商行|村镇银行"
    rf"|农村信用(?:合作)?联?社|农信社|信用联社)|(?P<city>[\u4e00-\u9fff]{{2,4}})银行|[工农中建交邮]行(?=[\u4e00-\u9fff]{{2,6}}支行)){_BRANCH})"
)
_TOWN = re.compile(
    rf"{_REGION}(?P<name>[\u4e00-\u9fff]{{1,5}}?(?:镇|乡|街道))(?=企业|公司|妇联|村|社区|各|所有|妇女|辖区|规上|规模|非公|两新|女|重点|产业|台账|名单"
    r"|名录|名册|统计|登记|花名册|汇总|一览|上报|填报|$)"
)
_NO_TOWN = re.compile(r"^(?:[城村各全本小古乡]|特色|重点|中心|所属|相关)*(?:镇|乡|街道)$|各|所属|全县|全市|全区")
_ALLIANCE = re.compile(
    r"(?P<name>[\u4e00-\u9fff“”]{2,24}?(?:商会|协会|联合会|联盟|联谊会|促进会|学会))(?=(?:第[一二三四五六七八九十]+届)?(?:理事会|监事会)?"
    r"(?:会员|成员|理事|副会长|企业|单位|名单|名册|名录|花名册|通讯录)|$)"
)
_UNIT = re.compile(
    r"(?:金额)?(?:计量)?单位\s*[：:]\s*(?:人民币)?\s*((?:千万|百万|万|千|亿)?元)|[（(](?:单位[：:])?((?:千万|百万|万|千|亿)元)[）)]"
)
TITLE_ROWS = 8


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around a table: constants of fields with where each was found, and the unit of its money."""

    constants: dict[str, tuple[str, str]] = field(default_factory=dict)
    unit: str | None = None


def context_of(sheet: Sheet, header: Header, titles: Iterable[str] = ()) -> Context:
    """Read the rows above a header, the sheet's name and the file's; what two of them say first wins."""
    above = list(dict.fromkeys([*titles, *_titles(sheet, header.first)]))
    texts = [(sheet.name, "the name of the sheet"), *((text, "the title") for text in above)]
    texts.append((Path(sheet.file).stem, "the name of the file"))
    found: dict[str, tuple[str, str]] = {}
    for name, reader in (("bank.name", bank_in), ("town.name", town_in), ("alliance.name", alliance_in)):
        hit = next(((said, where) for text, where in texts if (said := reader(text))), None)
        if hit:
            found[name] = hit
    units = [unit for text, _ in texts if (unit := _unit_in(text))]
    return Context(found, units[0] if units else None)


def _titles(sheet: Sheet, before: int) -> list[str]:
    rows = [row for row in sheet.rows if before - TITLE_ROWS <= row < before]
    return [header_text(value) for row in rows for value in dict.fromkeys(map(str, sheet.rows[row].values()))]


def _pieces(text: str) -> list[str]:
    plain = header_text(text)
    return [piece for part in _APART.split(plain) if (piece := _DATED.sub("", part))]


def bank_in(text: str) -> str | None:
    """Return the bank that a title plainly names: at the start of a piece of it, and only one."""
    found = [match["name"] for piece in _pieces(text) if (match := _BANK.match(piece)) and _is_bank(match)]
    return found[0] if len(set(found)) == 1 else None


def _is_bank(match: re.Match[str]) -> bool:
    if match["city"]:
        return not _GENERIC.search(match["city"])
    stem = match["name"]
    return match["known"] is not None or not re.match(r"(?:各|全|本|辖|合作|女|企业)", stem)


def town_in(text: str) -> str | None:
    """Return the town that a title begins with: 霞美镇企业台账; 乡镇企业 names none."""
    for piece in _pieces(text):
        match = _TOWN.match(piece)
        if match and not _NO_TOWN.search(match["name"]):
            return match["name"]
    return None


def alliance_in(text: str) -> str | None:
    """Return the alliance whose list a title announces: 某县石材商会会员名单."""
    for piece in _pieces(text):
        match = _ALLIANCE.match(piece)
        if match and not match["name"].endswith(("妇女联合会",)):
            return match["name"]
    return None


def _unit_in(text: str) -> str | None:
    match = _UNIT.search(header_text(text))
    return next((group for group in match.groups() if group), None) if match else None
