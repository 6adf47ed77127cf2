"""Who wrote, edited and pictured a report: read for the record of the source, and taken out of its text.

Reporters and editors are no part of what is reported, and their names are personal data: they stand in the metadata of
a document only.
"""

import re
from dataclasses import dataclass

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟"
    "殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农"
    "司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查"
    "麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平"
    "计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊裘展逄逯隗檀线续种衡步宿咸冶银赏招别亓仉抗矫揭靖禤麦黎"
)
_DOUBLE = tuple("欧阳 上官 司马 诸葛 皇甫 尉迟 公孙 令狐 慕容 司徒 端木 南宫 夏侯 长孙".split())
DAY = re.compile(
    "(?:[12][0-9]{3}|[一二][〇零○一二三四五六七八九]{3}) ?[年./-] ?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2}) ?[月./-]"
    " ?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3}) ?日?"
)
_ROLE = re.compile(
    "((?:本报|本网|本刊|本台|特约|实习|见习|首席|全媒体|融媒体)*(?:记者|通讯员|评论员)|作者|撰稿人?|撰文|供稿人?|投稿人?|供图|摄影|图片"
    "|(?:责任|执行|值班|美术|本期|本文)?编辑|责编|编审|校对|审核|审校|审稿|[初复终一二三]审|监制|统筹|签发|文/图|图/文|文图|图文)"
)
_BETWEEN = re.compile(r"[\s、,，;；:：/|丨｜·]+")
_HAN_NAME = re.compile("[\u3400-\u9fff]{2,4}")
_BRACKETS = re.compile(r"[（(【\[]([^（）()【】\[\]\n]{2,80})[）)】\]]")
_LEADING = re.compile("((?:本报|本网)?(?:记者|通讯员)[ :：]{1,2}([\u3400-\u9fff]{2,3})) +(?=[0-9\u3400-\u9fff“])")
# These are only ever followed by a name; the others begin other words too (统筹安排, 图片新闻), and stand apart.
_ALWAYS = ("记者", "通讯员", "作者", "撰文", "撰稿", "撰稿人", "责任编辑", "责编")
_OUTLET = re.compile("[\u3400-\u9fffA-Za-z]{2,20}(?:报|网|台|社|中心|融媒体?|客户端|杂志|妇联|妇女联合会)")
_BETWEEN_BRACKETS = "（()）【】[]"
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Author:
    """A person who made the document: what as (记者, 编辑), and the name."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Byline:
    """What a byline says: who made the document, for whom, on which day (as it is written)."""

    people: tuple[Author, ...]
    outlet: str | None = None
    day: str | None = None


def byline_of(words: str) -> Byline | None:
    """Read a byline; None if the words are none, or say anything besides."""
    if len(words) > _LONGEST:
        return None
    inside = words.strip(f"{_BETWEEN_BRACKETS}□■● ")
    day = DAY.search(inside)
    if day:
        inside = f"{inside[: day.start()]} {inside[day.end() :]}"
    before, *parts = _ROLE.split(inside)
    outlet = _BETWEEN.sub("", before)
    if not parts or (outlet and not _OUTLET.fullmatch(outlet)):
        return None
    people: list[Author] = []
    roles: list[str] = []
    for role, rest in zip(parts[::2], parts[1::2], strict=True):
        roles.append(role)
        names = [name for name in _BETWEEN.split(rest.strip(_BETWEEN_BRACKETS)) if name]
        always, apart = role.endswith(_ALWAYS), rest != rest.lstrip(" \t:：/|丨｜")
        if names and not (always or apart):
            return None
        if not all(_is_name(name, apart=always and apart) for name in names):
            return None
        if names:
            people += [Author("、".join(roles), name) for name in names]
            roles = []
    return Byline(tuple(people), outlet or None, day[0] if day else None) if people else None


def bylines(text: str, *, start: int = 0, end: int | None = None) -> list[tuple[int, int, Byline]]:
    """Return the bylines in brackets within `[start, end)`, and one that it begins with, each with its place."""
    stop = len(text) if end is None else end
    found = [(match.span(), byline_of(match[1])) for match in _BRACKETS.finditer(text, start, stop)]
    if first := _LEADING.match(text, start, stop):
        said = byline_of(first[1]) if first[2][0] in _SURNAMES else None
        found.insert(0, (first.span(), said))
    return [(*span, said) for span, said in found if said]


def _is_name(words: str, *, apart: bool) -> bool:
    """Say whether this is a person's name; a surname tells, or that it stands apart behind what is always named."""
    if not _HAN_NAME.fullmatch(words):
        return False
    return words.startswith(_DOUBLE) or (len(words) <= 3 and (apart or words[0] in _SURNAMES))
