"""Names in quotation marks and 《》: what stands between them is a name when it is made, run or listed as one."""

import re
from collections.abc import Iterator

from graphkit.documents.items import Mention
from graphkit.documents.mentions.named import _triggered
from graphkit.documents.mentions.page import Page, Quoted
from graphkit.documents.mentions.regions import place_before

_POLICY = re.compile(
    r"(?:措施|意见|办法|通知|请示|方案|规定|条例|规划|纲要|制度|细则|决定|公约|倡议书|章程|公告|通告|规程|规则|规范|指南|指引|标准|要点|清单|法|协议|备忘录|协议书|白皮书|计划|建议|公报|批复|守则|承诺书|准则)(?:（[^（）]{2,12}）|\([^()]{2,12}\))?$"
)
_KINDS = (
    ("notice", ("通知", "通告", "公告", "倡议书")),
    ("measures", ("措施",)),
    ("strategy", ("战略",)),
    ("system", ("制度", "公约", "章程", "清单")),
    ("decision", ("决定", "意见")),
)
_PRESS = re.compile(r"(?:日报|晚报|新闻|时报|早报|妇女报|周刊|杂志|卫视|频道|直播)$")
_NUMBER = re.compile(r"[（(]?([\u4e00-\u9fff]{1,8}[〔\[［【(（]\d{4}[〕\]］】)）]第?\d+号)")
_INNER_TYPES = (
    ("Federation", re.compile(r"(?:妇联|妇女联合会)$")),
    ("MicroHome", re.compile(r"(?:妇女微家|微家|妇女之家|姐妹之家|巾帼之家)$")),
    ("Policy", re.compile(r"(?:战略|政策|制度|条例|意见|办法)$")),
    (
        "Award",
        re.compile(
            r"(?:标兵|先进集体|先进个人|红旗手|红旗集体|文明岗|示范岗|能手|之星|示范户|劳模|先进基层妇联|优秀组织奖|人物|(?:最美|文明|平安|绿色|廉洁|书香)家庭|(?:十大|十佳)[\u4e00-\u9fff]{2,6}|奖章|金奖|银奖|奖)$"
        ),
    ),
    ("FinancialProduct", re.compile(r"(?:贷|贷款|融|基金|互助金|助学金|周转金|帮扶金|补助金|关爱金)$")),
    (
        "Programme",
        re.compile(
            r"(?:行动|计划|工程|活动|大赛|论坛|课堂|讲堂|班|营|岗|行|日|节|周|月|季|工作法|项目|课|宣讲|热线|直播|品牌)$"
        ),
    ),
    (
        "Venue",
        re.compile(
            r"(?:之家|室|站|中心|基地|空间|平台|小屋|驿站|工坊|车间|学校|家园|超市|客厅|小院|书屋|阵地|学院|研究院|园|馆|网|库|吧|厅|点|码)$"
        ),
    ),
    ("Alliance", re.compile(r"(?:队|团|联盟|协会|社|会)$")),
)
_LISTED = re.compile(r"[”」][、，]?[“「]|[”」](?:和|及|与)[“「]")
_STRONG_BEFORE = re.compile(
    r"(?:开展|实施|推进|启动|打造|举办|设立|建立|成立|开设|创建|推出|响应|深化|建成|搭建|建设|建起|设|推广|命名为|名为|推广|擦亮|叫响|唱响|推行|创新|探索推广|探索|落实|开通|创办|创立|命名|名为|叫|参加|参与|做优|做强|培育|组建|策划|发起|争创)(?:了|的|好|以|一批|一个|各类|多个|系列|特色|[\u4e00-\u9fff]{2})?$"
)


def quoted_mentions(page: Page) -> Iterator[Mention]:
    """Give names that stand in quotation marks with no ending behind them."""
    run = _runs(page)
    for quoted in page.quotes:
        found = _quoted(page, quoted, run.get(quoted.start, (1, quoted.start, quoted.end)))
        if found is not None:
            yield found


def _runs(page: Page) -> dict[int, tuple[int, int, int]]:
    """Return for every quote how many stand in its list and where that begins: “A”“B”“C”."""
    found: dict[int, tuple[int, int, int]] = {}
    group: list[Quoted] = []
    for quoted in page.quotes:
        if group and page.text[group[-1].end : quoted.start] not in ("", "、", "，", "和", "及", "与"):
            found.update(dict.fromkeys((one.start for one in group), (len(group), group[0].start, group[-1].end)))
            group = []
        group.append(quoted)
    if group:
        found.update(dict.fromkeys((one.start for one in group), (len(group), group[0].start, group[-1].end)))
    return found


def _quoted(page: Page, quoted: Quoted, group: tuple[int, int, int]) -> Mention | None:
    run, first, last = group
    name = page.text[quoted.inner : quoted.last].strip("《》，。；：、 ")
    if not 3 <= len(name) <= (36 if _inner_type(name)[1] else 22) or name in page.words.figures:
        return None
    if re.search(r"[，。；：！？:;!?]", name) or not re.search(r"[\u4e00-\u9fff]", name):
        return None
    if name.count("、") > 1:
        return None
    if name.count("+") + name.count("＋") > 1 or _NOTION.match(page.text, quoted.end):
        return None
    before = page.text[max(0, quoted.start - 10) : quoted.start]
    triggered = bool(_STRONG_BEFORE.search(before)) or _triggered(page, quoted.start)
    type_, inner = _inner_type(name)
    honour = _honour(page, quoted, name, (first, last))
    if honour is not None:
        return honour
    if run >= 3 and re.search(r"(?:分别为|分别是|包括|即|为|：|:)$", page.text[max(0, first - 6) : first]):
        return Mention("Programme", quoted.start, quoted.end, name, 0.8, "quoted list", {})
    if not inner and not triggered and _opens(page, quoted):
        return Mention("Programme", quoted.start, quoted.end, name, 0.6, "quoted subject", {})
    if type_ == "Alliance" and not re.search(r"(?:成立|组建|建立|参加|加入)", before):
        return None
    if not inner and not triggered and run < 3:
        return Mention(type_, quoted.start, quoted.end, name, 0.3, "quoted", {}) if len(name) >= 4 else None
    if name in page.words.classes and not (triggered and inner and run == 1):
        return None
    if re.fullmatch(r"[一二三四五六七八九十两\d][\u4e00-\u9fff]{2}", name):
        return None
    if re.fullmatch(r"[一二三四五六七八九十两\d]+[个大项条][\u4e00-\u9fff+]{0,2}", name) or "+" in name[-1:]:
        return None
    if name.startswith(("她", "我", "你")) and not inner and not triggered:
        return None
    confidence = 0.86 if inner and triggered else 0.76 if inner else 0.66 if triggered else 0.6
    return Mention(type_, quoted.start, quoted.end, name, confidence, "quoted", {})


_NOTION = re.compile(
    r"的?(?:总体|工作|发展|基本|服务|原则|主题|目标|指导|战略)?(?:理念|原则|要求|思路|[\u4e00-\u9fff]{0,4}模式|格局|方针|目标|精神|口号|为主题|主题|氛围|作用|字样)"
)


_WON = re.compile(r"(?:授予|获评|评为|荣获|获得|荣膺|入选|命名为|当选|获)(?:了|的|过|全国|省级?|市级?|首批)?$")
_HONOUR = re.compile(r"等?(?:多项|多个|一系列|各类|国家级|省级|市级)?(?:荣誉)?(?:称号|奖项|荣誉)")


def _honour(page: Page, quoted: Quoted, name: str, group: tuple[int, int]) -> Mention | None:
    """Return the honour that a quote is, with the place before it: 被评为某省“最美创业女性”."""
    if name.endswith(("贷", "融")) or re.match(
        r"计划|行动|工程|项目|活动|品牌|平台|基地|培训", page.text[quoted.end : quoted.end + 2]
    ):
        return None
    first, last = group
    place = place_before(page, quoted.start)
    begin = place[0] if place is not None else first
    if not (_WON.search(page.text, max(0, begin - 8), begin) or _HONOUR.match(page.text, last)):
        return None
    start = place[0] if place is not None else quoted.start
    whole = page.text[start : quoted.start] + name
    properties = {"level": place[1]} if place is not None else {}
    return Mention("Award", start, quoted.end, whole, 0.87, "quoted honour", properties)


def _opens(page: Page, quoted: Quoted) -> bool:
    """Tell whether a quote opens its clause and a verb follows: “X”发放助学金."""
    if quoted.start and page.text[quoted.start - 1] not in "。，；！？\n ,;":
        return False
    index = page.at_start.get(quoted.end)
    return (
        index is not None
        and page.tag(index) in ("v", "vd", "d")
        and page.word(index) not in ("成为", "是", "说", "变", "变成")
    )


def _inner_type(name: str) -> tuple[str, bool]:
    for type_, pattern in _INNER_TYPES:
        if pattern.search(name) and len(name) >= 3:
            return type_, True
    return "Programme", False


_HEADLINE = re.compile(
    r"^[ \u3000]*(?P<name>(?:[\u4e00-\u9fff（）]{2,20})?关于[^\n《》。，；]{4,48}"
    r"的(?:实施|指导|若干)?(?:通知|意见|决定|方案|通报|报告|批复|函|公告|办法|措施))[ \u3000]*$",
    re.MULTILINE,
)


def title_mentions(page: Page) -> Iterator[Mention]:
    """Give what stands in 《》: a policy by its ending, a column or a paper, else a work of a programme."""
    for match in _HEADLINE.finditer(page.text):
        yield Mention(
            "Policy", match.start("name"), match.end("name"), match["name"], 0.86, "headline", {"kind": "notice"}
        )
    for quoted in page.titles:
        name = page.text[quoted.inner : quoted.last].strip()
        if _POLICY.search(name):
            yield Mention(
                "Policy", quoted.start, quoted.end, name, _policy_sure(name), "title", _policy(page, quoted, name)
            )
        elif _PRESS.search(name):
            yield Mention("Programme", quoted.start, quoted.end, name, 0.6, "press", {"kind": "media_column"})
        elif _project(page, quoted):
            yield Mention("Programme", quoted.start, quoted.end, name, 0.8, "project title", {"kind": "project"})


def _policy_sure(name: str) -> float:
    bare = re.sub(r"[（(].*?[）)]$", "", name)
    return 0.93 if len(bare) > 5 else 0.88 if len(bare) > 3 else 0.7


def _project(page: Page, quoted: Quoted) -> bool:
    after = page.text[quoted.end : quoted.end + 90]
    return bool(re.match(r"(?:、?《[^》]*》)*等?[\u4e00-\u9fff]{0,4}(?:项目|课题|活动|计划|工程|专栏|栏目)", after))


def _policy(page: Page, quoted: Quoted, name: str) -> dict[str, object]:
    properties: dict[str, object] = {}
    bare = re.sub(r"[（(].*?[）)]$", "", name)
    kind = next((kind for kind, endings in _KINDS if bare.endswith(endings)), "policy")
    properties["kind"] = kind
    number = _NUMBER.match(page.text, quoted.end, quoted.end + 30)
    if number is not None:
        properties["document_no"] = number[1]
    return properties
