"""How people write a value into a cell: the same fact in as many ways as an office has clerks.

`turn` is the number of the row: it decides the way, so that a run writes what the last one wrote.
"""

from datetime import date

from county.xlsx import Cell, Serial

WIDE = {code: code + 0xFEE0 for code in range(0x30, 0x3A)}
BLANKS = ("不详", None, "—", "/", "未统计", "暂无数据", "N/A", "　")
YES = ("√", "有", "是", "已建", "Y", "✔", "是 ")
NO = ("×", "无", "否", "未建", "N", "没有")
STATES: dict[str, tuple[str | None, ...]] = {
    "yes": ("√", "已建", "有", "是", "已成立"),
    "no": ("否", "未建", "无", "×", "尚未成立"),
}
STATES |= {"preparing": ("筹建中", "正在筹建", "拟建"), "": (None, "不详", "/", None, "—")}
MODES: dict[str, tuple[str | None, ...]] = {
    "own": ("单建", "单独建立", "独立建"),
    "joint": ("联建", "联合建立", "联合组建"),
    "party_led": ("带建", "党建带建", "党建带妇建"),
    "hosted": ("托建", "依托建", "依托组建"),
    "": ("/", None, "不详"),
}
ABOUT = ("约{}人", "{}左右", "约{}", "{}人上下", "大约{}名")
MORE = ("{}余人", "{}多", "超过{}人", "{}以上")
NEARLY = ("近{}人", "将近{}", "接近{}名")
EXACT = ("{}", "{}人", " {} ", "共{}名", "{}")
LEVELS = {
    "county": "县级",
    "town": "乡镇级",
    "township": "乡级",
    "subdistrict": "街道级",
    "enterprise": "企业",
    "base": "基地",
    "market": "市场",
    "profession": "行业",
}


def count(value: int | None, bound: str | None, turn: int) -> Cell:
    """Write a head count; that nobody knows how exact it is, a cell cannot say."""
    if value is None:
        return BLANKS[turn % len(BLANKS)]
    if bound in ("exact", "unknown"):
        if value > 999:
            return f"{value:,}"
        if turn % 3 == 0:
            return value
        text = EXACT[turn % len(EXACT)].format(value)
        return text.translate(WIDE) if turn % 4 == 1 else text
    ways = {"about": ABOUT, "more_than": MORE, "nearly": NEARLY}[str(bound)]
    return ways[turn % len(ways)].format(value)


def flag(value: bool | None, turn: int, *, built: bool = True) -> Cell:
    """Write yes or no, or that nobody knows; of what is built people also say 已建 and 未建."""
    if value is None:
        return BLANKS[turn % len(BLANKS)]
    ways = [way for way in (YES if value else NO) if built or "建" not in way]
    return ways[turn % len(ways)]


def state(status: str | None, mode: str | None, turn: int) -> Cell:
    """Write whether there is a federation; every other clerk says how instead, where there is one."""
    if status == "yes" and mode and turn % 2:
        return MODES[mode][0]
    ways = STATES[status or ""]
    return ways[turn % len(ways)]


def mode(value: str | None, turn: int) -> Cell:
    """Write how a federation was built."""
    ways = MODES[value or ""]
    return ways[turn % len(ways)]


def day(partial: str | None, turn: int) -> Cell:
    """Write a date as precise as it is known: a text, a number, or the serial of a day."""
    if not partial:
        return BLANKS[turn % len(BLANKS)]
    parts = [int(part) for part in partial.split("-")]
    if len(parts) == 1:
        return (parts[0], f"{parts[0]}年", str(parts[0]))[turn % 3]
    if turn % 5 == 0:
        shown = "day" if len(parts) == 3 else "month"
        return Serial(date(parts[0], parts[1], parts[2] if shown == "day" else 1), shown)
    return text_day(partial, turn)


def text_day(partial: str, turn: int) -> str:
    """Write a date as a text table holds it."""
    parts = [int(part) for part in partial.split("-")]
    year, *rest = parts
    if not rest:
        return f"{year}年"
    if turn % 4 == 0:
        return "年".join((str(year), f"{rest[0]}月")) + (f"{rest[1]}日" if rest[1:] else "")
    if turn % 4 == 1 and rest[1:]:
        return partial.replace("-", "")
    return "./-"[turn % 3].join(map(str, parts)) if turn % 4 == 2 else partial


def name(full: str, turn: int) -> str:
    """Write a name with the blanks that copying leaves around it."""
    return (full, f" {full}", f"{full}  ", f"　{full}", f"{full}\u200b", full)[turn % 6]


def code(plain: str | None, turn: int) -> Cell:
    """Write a credit code: as it is, in groups, in wide digits, with the apostrophe that keeps it a text."""
    if plain is None:
        return ("", "暂无", "不详")[turn % 3] or None
    grouped = f"{plain[:8]} {plain[8:17]} {plain[17:]}"
    return (plain, f"'{plain}", grouped, plain.translate(WIDE), plain, plain.lower())[turn % 6]


def listed(names: list[str], turn: int, *, counted: bool = False) -> Cell:
    """Write a list into one cell, between signs that change from row to row."""
    text = ("、", "；", "\n", "，", "、 ")[turn % 5].join(names)
    return f"{text}等{len(names)}家企业" if counted else text or None
