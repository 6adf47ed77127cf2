"""What an organisation is by its name: 石材协会 is an alliance, 市工信局 an agency, whatever the column is called."""

import re

_COMPANY = re.compile(
    r"公司|集团|厂$|店$|合作社|合伙|事务所|工作室|经营部|商行|农场$|商贸|加工点|个体|co\.?,? ?ltd|inc\b|corp", re.I
)
_OF = (
    (
        "Bank",
        re.compile(
            r"(?:银行|农商行|信用社|信用联社|农信社|[工农中建交]行)(?:股份有限公司)?(?:.{1,12}(?:分行|支行|营业部|分理处))?$"
        ),
    ),
    ("MicroHome", re.compile(r"(?:妇女|巾帼|姐妹|女性)?(?:微家|妇女之家)$")),
    ("Federation", re.compile(r"(?:妇联|妇女联合会|妇委会|妇女委员会)$")),
    ("Alliance", re.compile(r"(?:商会|协会|联合会|联谊会|促进会|学会|研究会|联盟|同业公会)$")),
    (
        "Agency",
        re.compile(
            r"(?:(?<![邮书棋])局|厅|委员会|管委会|人民政府|街道办事处|党工委|党委|政协|人大|总工会|团委|检察院|法院|办公室)$"
        ),
    ),
    (
        "Venue",
        re.compile(
            r"(?:专业市场|批发市场|交易市场|[\u4e00-\u9fff]市场|交易中心|基地|产业园|工业园|科技园|创业园|园区|工业区|集聚区|水暖城|[\u4e00-\u9fff]{2}城)$"
        ),
    ),
)
_PLAIN = ("公司", "厂", "店", "合作社")  # as nearly all names end
_PERSON = re.compile(
    "(?:[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹潘葛范彭鲁韦马苗方俞任袁柳史唐"
    "费薛雷贺倪汤罗毕郝安常于傅康余元顾孟黄穆萧尹姚邵汪祁毛米戴宋庞熊纪项祝董梁杜阮蓝季贾江童颜郭梅林钟徐"
    "邱骆高夏蔡田樊胡凌霍万柯卢莫房丁邓洪包左石崔吉龚程裴陆翁曾沙叶黎翟涂易廖赖苏詹庄连肖]"
    "|欧阳|司徒|上官)[\u4e00-\u9fff]{1,2}"
)
KINDS_BY_NAME = {
    "Venue": (
        ("specialised_market", re.compile("(?:市场|城|交易中心)$")),
        ("production_base", re.compile("基地$")),
        ("park", re.compile("(?:园|园区|工业区|集聚区)$")),
    ),
    "Alliance": (
        ("chamber", re.compile("商会$")),
        ("association", re.compile("(?:协会|学会|研究会|公会)$")),
        ("alliance", re.compile("联盟$")),
        ("union", re.compile("联合会$")),
    ),
}


def type_of(name: str) -> str | None:
    """Return the type that a name plainly has; None if the name does not say, and for what is plainly a company."""
    if name.endswith(_PLAIN) and "行" not in name and "信用" not in name:
        return None
    for kind, shape in _OF:
        if shape.search(name):
            return kind if kind in ("Bank", "MicroHome", "Federation") or not _COMPANY.search(name) else None
    return None


def is_company(name: str) -> bool:
    return bool(_COMPANY.search(name)) and type_of(name) is None


def may_be_person(name: str) -> bool:
    """Say whether a name has the shape of a person's: a surname and one or two characters."""
    return bool(_PERSON.fullmatch(name))


def is_federation(name: str) -> bool:
    return type_of(name) in ("Federation", "MicroHome")


def kind_by_name(kind: str, name: str) -> str | None:
    """Return the kind of a venue or an alliance that its name says: a 市场 is a market, a 商会 a chamber."""
    shapes = KINDS_BY_NAME.get(kind, ())
    return next((found for found, shape in shapes if shape.search(name)), None)


def other_than_company(name: str, code: str | None = None) -> str | None:
    """Return the type of what stands among companies and is none; the code of a company (91, 92, 93) decides."""
    found = type_of(name)
    return None if found == "Venue" or (code or "").startswith("9") else found
