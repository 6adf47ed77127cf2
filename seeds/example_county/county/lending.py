"""The hand-made facts of the invented county's banks: products, agreements and loans."""

from county.facts import AGENCIES, COHORT, COUNTY_FEDERATION

# short name: (full name, level, region)
BANKS: dict[str, tuple[str, str, str]] = {
    "农商行": ("霁川农村商业银行", "county", "霁川县"),
    "惠民行": ("霁川惠民村镇银行", "county", "松汀镇"),
    "霁州行": ("霁州银行霁川支行", "county", "城岚街道"),
    "沧岚行": ("沧岚银行霁川支行", "county", "望汀街道"),
    "岚江行": ("岚江银行霁州分行", "city", "霁州市"),
}
BANK_GROUP = "6家驻县银行"

# product: (kind, lenders, facilitators)
PRODUCTS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "巾帼织造贷": ("loan", ("农商行",), ()),
    "她创贴息贷": ("subsidised_loan", ("霁州行", "岚江行"), (COUNTY_FEDERATION, "女企协")),
    "竹兴贷": ("loan", ("惠民行",), ("松汀镇妇联",)),
    "强泵贷": ("loan", ("沧岚行",), ()),
}

# (one side, other side, since, status, context, told first in); the last of 2026Q3 repeats one with its ends turned
PARTNERS: list[tuple[str, str, str, str, str, str]] = [
    (COUNTY_FEDERATION, "农商行", "2024-06-05", "actual", "巾帼信贷合作协议", "2026Q2"),
    (COUNTY_FEDERATION, "岚江行", "2025-03-18", "actual", "银企对接", "2026Q2"),
    (COUNTY_FEDERATION, BANK_GROUP, "2025-10-20", "actual", "金融服务季", "2026Q2"),
    ("针织协会", "霁州行", "2025-09-10", "actual", "行业授信", "2026Q2"),
    ("竹木协会", "惠民行", "2026-02-26", "actual", "行业授信", "2026Q2"),
    ("松汀镇妇联", "惠民行", "2026-03-12", "actual", "妇女创业贷款推荐", "2026Q2"),
    ("云埠商会", "沧岚行", "", "planned", "拟签合作协议", "2026Q2"),
    ("松汀镇", "惠民行", "2026-04-08", "actual", "整镇授信", "2026Q2"),
    (AGENCIES["工信局"], "岚江行", "2025-05-20", "actual", "技改贷款", "2026Q2"),
    ("云埠商会", "沧岚行", "2026-07-22", "actual", "商会授信", "2026Q3"),
    ("泵业联合会", "沧岚行", "2026-08-08", "actual", "行业授信", "2026Q3"),
    ("岚江行", COUNTY_FEDERATION, "2025-03-18", "actual", "银企对接", "2026Q3"),
]

# (lender, borrower, date, as of, yuan, kind, product, via, status, told in)
LOANS: list[tuple[str, str, str, str, int, str, str, str, str, str]] = [
    ("农商行", "澜禾", "2025-04-10", "", 2_000_000, "loan", "巾帼织造贷", "", "actual", "2026Q2"),
    ("农商行", "澜禾", "2026-04-12", "", 1_500_000, "loan", "巾帼织造贷", "", "actual", "2026Q2"),
    ("农商行", "岑禾", "2026-01-15", "", 10_000_000, "credit_line", "", "", "actual", "2026Q2"),
    ("农商行", "岑禾", "2026-02-20", "", 3_000_000, "loan", "", "", "actual", "2026Q2"),
    ("农商行", "岑禾", "", "2026-06-30", 2_600_000, "balance", "", "", "actual", "2026Q2"),
    ("霁州行", "锦岫", "2024-05-06", "", 20_000_000, "credit_line", "", "", "actual", "2026Q2"),
    ("霁州行", "锦岫", "2025-05-06", "", 8_000_000, "loan", "", "", "actual", "2026Q2"),
    ("霁州行", "沐庭", "2026-06-01", "", 600_000, "loan", "她创贴息贷", COUNTY_FEDERATION, "actual", "2026Q2"),
    ("岚江行", "榆月", "2025-11-03", "", 5_000_000, "loan", "", COUNTY_FEDERATION, "actual", "2026Q2"),
    ("岚江行", "翊庭", "2026-05-08", "", 800_000, "loan", "她创贴息贷", COUNTY_FEDERATION, "actual", "2026Q2"),
    ("惠民行", "屿岫", "2025-12", "", 300_000, "loan", "竹兴贷", "", "actual", "2026Q2"),
    ("惠民行", "朔岫", "2026-03-30", "", 500_000, "loan", "竹兴贷", "松汀镇妇联", "actual", "2026Q2"),
    ("竹兴贷", "棠苓", "2026-04-22", "", 200_000, "loan", "", "", "actual", "2026Q2"),
    ("沧岚行", "颂禾", "2026-03-03", "", 6_000_000, "loan", "强泵贷", "", "actual", "2026Q2"),
    ("沧岚行", "颂禾", "", "2026-06-30", 5_000_000, "balance", "强泵贷", "", "actual", "2026Q2"),
    ("沧岚行", "昀岫", "2025-08-19", "", 400_000, "loan", "强泵贷", "", "actual", "2026Q2"),
    ("沧岚行", "珩舟", "", "", 1_000_000, "loan", "", "", "planned", "2026Q2"),
    ("沧岚行", "F01", "2026-02-09", "", 150_000, "loan", "", "", "actual", "2026Q2"),
    ("霁州行", "锦岫", "2025-05-06", "", 8_000_000, "loan", "", "", "actual", "2026Q3"),
    ("农商行", "岑禾", "", "2026-09-30", 2_100_000, "balance", "", "", "actual", "2026Q3"),
    ("农商行", "翊禹", "2026-08-20", "", 900_000, "loan", "", COUNTY_FEDERATION, "actual", "2026Q3"),
    ("惠民行", "屿岫", "2026-09-10", "", 350_000, "loan", "竹兴贷", "", "actual", "2026Q3"),
    ("沧岚行", "颂帆", "2026-07-30", "", 2_200_000, "loan", "强泵贷", "", "actual", "2026Q3"),
    ("岚江行", "隽舟", "2026-08-05", "", 1_200_000, "credit_line", "", "", "actual", "2026Q3"),
]
# One sum over many small loans, to firms that are only counted.
AGGREGATE = ("惠民行", COHORT, "2026-05", 12_000_000, "more_than", 48)
BORROWER = {"F01": ("罗青梧", "F", "桁舟", "个体经营者")}
