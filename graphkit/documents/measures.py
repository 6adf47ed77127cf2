"""What a number measures, named from the words beside it; what has no name of ours keeps the text's own noun."""

import re
from collections.abc import Collection

# The first that is found names the measure; the second part is the unit that it brings with it.
_NAMED: tuple[tuple[str, str, str], ...] = (
    ("最高|上限|不超过", "loan_ceiling", "CNY"),
    ("授信", "credit_line_total", "CNY"),
    ("余额", "loan_balance", "CNY"),
    ("贷|融资|资金.{0,4}(?:万|亿)?元|放款", "loans_total", "CNY"),
    ("笔", "loans_count", "loan"),
    ("产业.{0,4}妇联|妇联.{0,4}产业", "industry_federations", "federation"),
    ("妇联", "federations", "federation"),
    ("微家", "micro_homes", "micro_home"),
    ("银行", "member_banks", "bank"),
    ("女(?:性)?(?:职工|员工|工)", "women_employees", "person"),
    ("(?:职工|员工)", "employees", "person"),
    ("执委", "officers", "person"),
    ("女.{0,2}科技工作者|女科学家|科技女性", "women_scientists", "person"),
    ("成员|会员", "members", "person"),
    ("就业", "jobs_supported", "person"),
    ("用工|上岗|岗位", "jobs_filled", "person"),
    ("培训", "people_trained", "person"),
    ("母婴室|托管|托育", "nursing_rooms_and_childcare_centres", "facility"),
    ("志愿", "volunteer_events", "event"),
    ("拥军|慰问", "army_support_events", "event"),
    ("竞赛|大赛|比武", "skill_competitions", "event"),
    ("交流|走访|观摩", "exchange_visits", "event"),
    ("板块", "business_segments", "segment"),
    ("措施", "measures", "measure"),
    ("部门", "issuing_departments", "organisation"),
    ("行动计划|子计划", "sub_programmes", "programme"),
    ("项目", "projects", "project"),
    ("孵化", "incubator_bases", "venue"),
    ("功能", "functions", "function"),
    ("客户", "clients", "client"),
    ("企业|商户|公司", "firms", "firm"),
    ("轮值|周期", "chair_rotation_cycle", "month"),
    ("每季度", "joint_meetings_per_quarter", "meeting"),
    ("每月", "joint_meetings_per_month", "meeting"),
    ("每年", "joint_meetings_per_year", "meeting"),
)
_FITTING = {
    "CNY": {"CNY"},
    "loan": {"loan"},
    "person": {"person"},
    "person-time": {"person"},
    "event": {"event"},
    "month": {"month"},
    "meeting": {"meeting"},
    "team": set(),
    "year": set(),
}
_BODIES = "federation micro_home bank organisation client firm"
_ANY = frozenset(f"{_BODIES} facility segment measure programme project venue function".split())
_WHOLE = frozenset(("month", "meeting"))  # 每两个月为一个轮值周期 stands behind its number as a whole
_NEAR = 7  # characters after a number that still say what it counts
_DEFAULTS = {"CNY": "amount", "loan": "loans_count", "year": "duration", "month": "duration"}
_LENT = re.compile("贷|借|授信|放款|融资")
_LAST_NOUN = re.compile("([\u4e00-\u9fff]{1,8}?)[共计达有约近为到了过超余逾]*$")
_FIRST_NOUN = re.compile("[\u4e00-\u9fff]{2,8}")
_JOINT = re.compile("[的在被由以和与及等并已将，,。、]")


def measure_of(before: str, after: str, unit: str, *, lent: bool = False) -> tuple[str, str]:
    """Return the measure that the words around a number state, and its unit: 吸纳成员50多人 is members, in persons.

    What has no name of ours is called by the noun that is counted: 观摩交流23场, 26名留守妇女. `lent`: it is said of a
    bank or loan, whose sums are loans.
    """
    if unit == "loan" and not lent and not _LENT.search(f"{before}#{after}"):
        unit = "item"
    allowed = _FITTING.get(unit, _ANY)
    named = _nearest_named(before, after if unit in _WHOLE else after[:_NEAR], allowed)
    if named:
        return named[0], unit if unit in ("CNY", "person-time") else named[1]
    if unit == "CNY" and lent:
        return "loans_total", unit
    if unit in _DEFAULTS:
        return _DEFAULTS[unit], unit
    following = _FIRST_NOUN.match(_JOINT.split(after, maxsplit=1)[0])
    if following:
        return following[0], unit
    preceding = _LAST_NOUN.search(_JOINT.split(before)[-1])
    return (preceding[1] if preceding and len(preceding[1]) > 1 else unit), unit


def _nearest_named(before: str, after: str, allowed: Collection[str]) -> tuple[str, str] | None:
    """Return the measure, with its unit, whose words stand nearest to the number; of two as near the first told."""
    found = []
    for order, (pattern, measure, of_unit) in enumerate(_NAMED):
        if of_unit in allowed:
            gaps = [len(before) - match.end() for match in re.finditer(pattern, before)]
            gaps += [match.start() for match in re.finditer(pattern, after)]
            if gaps:
                found.append((min(gaps), order, (measure, of_unit)))
    return min(found)[2] if found else None
