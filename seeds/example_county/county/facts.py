"""The hand-made facts of the invented county: places, chains, venues, bodies, people, banks.

No such county, town, bank, company or person exists. The region digits 99xxxx belong to no province.
"""

from datetime import date

EDITIONS = {"2026Q2": date(2026, 6, 30), "2026Q3": date(2026, 9, 30)}

PROVINCE, CITY, COUNTY = "沧岚省", "霁州市", "霁川县"
# name: (administrative code, level, the region it is part of)
REGIONS: dict[str, tuple[str, str, str]] = {
    PROVINCE: ("990000", "province", ""),
    CITY: ("990100", "city", PROVINCE),
    COUNTY: ("990121", "county", CITY),
    "城岚街道": ("990121001", "subdistrict", COUNTY),
    "望汀街道": ("990121002", "subdistrict", COUNTY),
    "云埠镇": ("990121101", "town", COUNTY),
    "织霞镇": ("990121102", "town", COUNTY),
    "松汀镇": ("990121103", "town", COUNTY),
    "砚汀镇": ("990121104", "town", COUNTY),
    "霁桥镇": ("990121105", "town", COUNTY),
    "鹤泠镇": ("990121106", "town", COUNTY),
    "桐霭镇": ("990121107", "town", COUNTY),
    "岚禾镇": ("990121108", "town", COUNTY),
    "竹霁乡": ("990121201", "township", COUNTY),
    "梨泷乡": ("990121202", "township", COUNTY),
}
TOWNS = [name for name, (_, _, parent) in REGIONS.items() if parent == COUNTY]

# chain: {segment: (what its firms are called, products, segments it feeds)}
CHAINS: dict[str, dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "针织服装产业链": {
        "纱线纺制": ("纱业", "棉纱|混纺纱", ("织造染整",)),
        "织造染整": ("织染", "针织面料|染色布", ("服装设计", "成衣缝制")),
        "辅料配件": ("辅料", "拉链|织带", ("成衣缝制",)),
        "服装设计": ("服饰设计", "款式设计", ("成衣缝制",)),
        "成衣缝制": ("制衣", "针织衫|校服", ("品牌销售",)),
        "品牌销售": ("服饰", "童装|运动装", ()),
    },
    "竹木家居产业链": {
        "竹木种植": ("竹业", "毛竹|苗木", ("板材加工",)),
        "板材加工": ("板业", "竹胶板|集成材", ("家具制造",)),
        "五金涂料": ("五金", "铰链|水性漆", ("家具制造",)),
        "家具制造": ("家具", "竹椅|书柜", ("家居电商",)),
        "家居电商": ("电子商务", "家居用品", ()),
    },
    "智能水泵产业链": {
        "铸件毛坯": ("铸造", "泵壳毛坯", ("泵体加工",)),
        "泵体加工": ("泵体机械", "叶轮|泵体", ("整机装配",)),
        "电机控制": ("电机", "变频电机", ("整机装配",)),
        "整机装配": ("泵业", "离心泵|潜水泵", ()),
    },
}
CHAIN_WORD = {"针织服装产业链": "纺织", "竹木家居产业链": "竹木", "智能水泵产业链": "水泵"}

# short name: (full name, kind, town, owner)
VENUES: dict[str, tuple[str, str, str, str]] = {
    "云埠基地": ("云埠针织产业基地", "production_base", "云埠镇", ""),
    "织霞基地": ("织霞成衣产业基地", "production_base", "织霞镇", ""),
    "松汀基地": ("松汀竹木产业基地", "production_base", "松汀镇", ""),
    "霁桥基地": ("霁桥泵业产业基地", "production_base", "霁桥镇", ""),
    "针织城": ("霁川国际针织城", "specialised_market", "望汀街道", "锦岫"),
    "家居市场": ("霁川竹木家居市场", "specialised_market", "松汀镇", "竹木协会"),
    "人才驿站": ("霁川县人才驿站", "talent_home", "城岚街道", ""),
}

# short name: (full name, kind, level, region)
ALLIANCES: dict[str, tuple[str, str, str, str]] = {
    "针织协会": ("霁川县针织服装行业协会", "association", "county", COUNTY),
    "竹木协会": ("霁川县竹木产业协会", "association", "county", COUNTY),
    "女企协": ("霁川县女企业家协会", "association", "county", COUNTY),
    "云埠商会": ("云埠镇商会", "chamber", "town", "云埠镇"),
    "泵业联合会": ("霁州市泵业联合会", "association", "city", CITY),
}
AGENCIES = {"组织部": "中共霁川县委组织部", "工信局": "霁川县工业和信息化局"}
COHORT = "48家配套小微企业"
PROGRAMME = "强链聚巾帼行动"

COUNTY_FEDERATION = "霁川县妇联"
CROSS_BASE = "云织片区产业基地联合妇联"
JOINT_FEDERATION = "砚汀镇小微企业联合妇联"
PUMP_BASE = "霁桥泵业产业基地妇联"
DESIGNERS = "霁川县服装设计师妇联"

# Persons of the register: number: (name, gender). 林若溪 stands twice and is two people.
PERSONS: dict[str, tuple[str, str]] = {
    "P01": ("苏映澜", "F"),
    "P02": ("林若溪", "F"),
    "P03": ("顾采薇", "F"),
    "P04": ("陆知微", "F"),
    "P05": ("沈秋禾", "F"),
    "P06": ("叶书棠", "F"),
    "P07": ("程望舒", "F"),
    "P08": ("林若溪", "F"),
    "P09": ("韩素昕", "F"),
    "P10": ("江予宁", "M"),
    "P11": ("白芷汀", "F"),
    "P12": ("温令仪", "F"),
}
# (person, what, role, from, to, told first in)
LEADS: list[tuple[str, str, str, str, str, str]] = [
    ("P01", COUNTY_FEDERATION, "主席", "2021-11-05", "", "2026Q2"),
    ("P02", "澜禾", "董事长", "2015-04", "", "2026Q2"),
    ("P03", "岑禾", "总经理", "2018-01", "", "2026Q2"),
    ("P04", "锦岫", "董事长", "2012", "", "2026Q2"),
    ("P04", "锦禾", "执行董事", "2020-09", "", "2026Q2"),
    ("P05", "榆舟", "总经理", "2019-06", "", "2026Q2"),
    ("P06", "颂帆", "副总经理", "2022-02", "", "2026Q2"),
    ("P07", "沐月", "设计总监", "2023-03", "", "2026Q2"),
    ("P08", "芷苓", "总经理", "2020-10", "", "2026Q2"),
    ("P09", "隽月", "总经理", "2021-05", "", "2026Q2"),
    ("P10", "翊禹", "总经理", "2016-07", "", "2026Q2"),
    ("P11", "人才驿站", "站长", "2024-08", "", "2026Q2"),
    ("P02", CROSS_BASE, "轮值主席", "2026-01-01", "2026-02-28", "2026Q2"),
    ("P03", CROSS_BASE, "轮值主席", "2026-03-01", "2026-04-30", "2026Q2"),
    ("P12", CROSS_BASE, "轮值主席", "2026-05-01", "2026-06-30", "2026Q2"),
    ("P02", CROSS_BASE, "轮值主席", "2026-07-01", "2026-08-31", "2026Q3"),
    ("P03", CROSS_BASE, "轮值主席", "2026-09-01", "", "2026Q3"),
]
# (person, body, role)
COMMITTEE: list[tuple[str, str, str]] = [
    ("P02", COUNTY_FEDERATION, "执委"),
    ("P05", COUNTY_FEDERATION, "执委"),
    ("P06", COUNTY_FEDERATION, "执委"),
    ("P07", COUNTY_FEDERATION, "执委"),
    ("P09", COUNTY_FEDERATION, "常委"),
    ("P10", COUNTY_FEDERATION, "特邀执委"),
    ("P08", "松汀镇妇联", "执委"),
    ("P03", "女企协", "会长"),
    ("P04", "女企协", "副会长"),
    ("P12", CROSS_BASE, "执委"),
]
