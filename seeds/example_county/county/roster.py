"""Every company of the invented county, one a line, with how it comes to be covered.

Columns: stem, town, segment, women, party organisation, leading, what the sheet says of its federation, how.
    town     `+` joins two towns; `=` the base alone is known; `-` nothing is known
    segment  a segment, several joined by `+`, a chain, or `-`
    women    120 exact, ~60 about, >50 more than, <60 nearly, ?80 bound unknown, - not stated
    sheet    y, y:mode, n, p (preparing), - (empty)
    how      own@date, party@date, micro@date, station@date: a body of its own; joint: the joint body of its town;
             base:venue, member:alliance, part:owner: ties that may carry coverage; planned, vague, weak: COVERS that
             is only planned, dated by year, or doubtful; new, gone: first told in 2026Q3, last told in 2026Q2
"""

ROSTER = """
澜禾 云埠镇 纱线纺制 186 Y L y own@2021-03-08
澜岫 云埠镇 纱线纺制 92 Y - y party@2022-11 member:针织协会
澜月 云埠镇 纱线纺制 ~60 - - - base:云埠基地
澜帆 云埠镇 纱线纺制 40 N - n base:云埠基地
澜庭 织霞镇 纱线纺制 >50 Y - n
澜舟 织霞镇 纱线纺制 33 N - - part:澜禾
澜禹 砚汀镇 纱线纺制 75 Y - -
澜苓 砚汀镇 纱线纺制 - Y - - joint
锦禾 城岚街道 纱线纺制 50 Y - -
锦岫 云埠镇 织造染整 420 Y L y own@2020-05-16 base:云埠基地
锦月 织霞镇 织造染整 64 N - - part:锦岫
锦帆 织霞镇 织造染整 58 Y - - part:锦月
锦庭 望汀街道 织造染整 27 - - - part:锦帆
锦舟 望汀街道 织造染整 31 N - - part:锦庭
锦禹 云埠镇 织造染整 ~48 Y - p
锦苓 织霞镇 织造染整 210 Y L y:own
漪禾 砚汀镇 织造染整 81 - - - joint
漪岫 砚汀镇 织造染整 44 N - - joint
漪月 鹤泠镇 织造染整+服装设计 <60 Y - -
漪帆 云埠镇 辅料配件 22 N - - member:云埠商会
漪庭 云埠镇 辅料配件 36 - - - member:云埠商会
漪舟 织霞镇 辅料配件 18 N - - member:云埠商会
漪禹 城岚街道 辅料配件 - - - - member:针织协会
漪苓 望汀街道 辅料配件 29 N - - member:针织协会
沐禾 织霞镇 辅料配件 ~55 Y - n
沐岫 砚汀镇 辅料配件 12 N - - new
沐月 望汀街道 服装设计 46 N - -
沐帆 望汀街道 服装设计 70 - - -
沐庭 城岚街道 服装设计 ?80 Y - -
沐舟 城岚街道 服装设计 15 N - n
沐禹 望汀街道 服装设计 38 - - - planned
沐苓 织霞镇 服装设计 - Y - p
岑禾 织霞镇 成衣缝制 560 Y L y own@2019-03-08 base:织霞基地 member:针织协会
岑岫 织霞镇 成衣缝制 230 Y L y party@2023-06 base:织霞基地
岑月 织霞镇 成衣缝制 150 Y - - base:织霞基地 member:针织协会
岑帆 织霞镇 成衣缝制 95 - - - base:织霞基地
岑庭 = 成衣缝制 >100 N - - base:织霞基地
岑舟 云埠镇 成衣缝制 130 Y - y own@2024-04
岑禹 云埠镇 成衣缝制 66 Y - y:joint
岑苓 砚汀镇 成衣缝制 112 Y - y own@2022 gone
珩禾 砚汀镇 成衣缝制 53 Y - p
珩岫 望汀街道 成衣缝制+品牌销售 145 Y L y party@2021-09-01
珩月 城岚街道 成衣缝制 88 - - y gone
珩帆 桐霭镇 成衣缝制 76 Y - -
珩庭 织霞镇 成衣缝制 49 Y - - micro@2025-03-20
珩舟 云埠镇 成衣缝制 61 Y - - weak
珩禹 云埠镇+织霞镇 成衣缝制 240 Y L y own@2020
珩苓 望汀街道 品牌销售 26 N - - base:针织城
棠禾 望汀街道 品牌销售 34 - - - base:针织城
棠岫 望汀街道 品牌销售 57 N - - base:针织城
棠月 城岚街道 品牌销售+家居电商 90 Y - y own@2024-09-12
棠帆 城岚街道 品牌销售 20 N - - new
棠庭 望汀街道 品牌销售 43 Y - y:hosted
棠舟 云埠镇 品牌销售 >30 - - - vague
棠禹 竹霁乡 竹木种植 24 N - -
棠苓 竹霁乡 竹木种植 19 - - n
屿禾 梨泷乡 竹木种植 - - - -
屿岫 梨泷乡 竹木种植 31 N - n
屿月 岚禾镇 竹木种植 ~70 Y - -
屿帆 竹霁乡 竹木种植 16 N - - new
屿庭 松汀镇 板材加工 320 Y L y own@2021-07-01 base:松汀基地 member:竹木协会
屿舟 松汀镇 板材加工 84 N - - base:松汀基地 member:竹木协会
屿禹 松汀镇 板材加工 71 Y - - base:松汀基地
屿苓 松汀镇 板材加工 35 - - - base:松汀基地
芷禾 岚禾镇 板材加工 55 N - - part:屿禹
芷岫 鹤泠镇 板材加工 48 Y - y own@2023-10
芷月 鹤泠镇 板材加工 62 Y - -
芷帆 岚禾镇 板材加工 - Y - y:party_led
芷庭 竹霁乡 板材加工 28 N - - member:竹木协会
芷舟 鹤泠镇 五金涂料 25 N - -
芷禹 鹤泠镇 五金涂料 52 - - -
芷苓 松汀镇 五金涂料 30 N - n
榆禾 岚禾镇 五金涂料 47 Y - n
榆岫 松汀镇 五金涂料 ~80 Y - p
榆月 松汀镇 家具制造 380 Y L y own@2018-12 member:竹木协会
榆帆 = 家具制造 140 Y L - base:松汀基地
榆庭 松汀镇 家具制造 77 Y - - base:松汀基地
榆舟 岚禾镇 家具制造 205 Y L y party@2022-03-08
榆禹 岚禾镇 家具制造 69 - - - member:竹木协会
榆苓 岚禾镇 家具制造 58 Y L n
朔禾 鹤泠镇 家具制造 41 N - - station@2025-05
朔岫 鹤泠镇 家具制造 73 Y L -
朔月 梨泷乡 家具制造 39 - - y:own
朔帆 竹霁乡 家具制造 <51 Y - - member:女企协
朔庭 松汀镇 家具制造 94 Y - - part:屿庭
朔舟 岚禾镇 家具制造 33 N - - new
朔禹 城岚街道 家居电商 66 N - -
朔苓 城岚街道 家居电商 45 - - - member:竹木协会
隽禾 松汀镇 家居电商 23 N - - base:家居市场
隽岫 松汀镇 家居电商 37 - - - base:家居市场
隽月 望汀街道 家居电商 105 Y - y
隽帆 城岚街道 家居电商 52 - - - member:女企协
隽庭 霁桥镇 铸件毛坯 28 Y - n base:霁桥基地
隽舟 霁桥镇 铸件毛坯 17 N - n base:霁桥基地
隽禹 霁桥镇 铸件毛坯 ~40 - - n base:霁桥基地
隽苓 桐霭镇 铸件毛坯 22 N - n
翊禾 桐霭镇 铸件毛坯 - Y - n
翊岫 霁桥镇 铸件毛坯 54 Y - p
翊月 桐霭镇 铸件毛坯 19 N - n
翊帆 霁桥镇 泵体加工 160 Y L y own@2022-08
翊庭 霁桥镇 泵体加工 83 Y - - base:霁桥基地
翊舟 霁桥镇 泵体加工 46 N - - base:霁桥基地
翊禹 桐霭镇 泵体加工 64 Y - -
翊苓 桐霭镇 泵体加工 35 - - -
昀禾 鹤泠镇 泵体加工 29 N - -
昀岫 砚汀镇 泵体加工 90 Y - - gone
昀月 霁桥镇 泵体加工 57 Y - n
昀帆 霁桥镇 电机控制 44 N - - member:泵业联合会
昀庭 霁桥镇 电机控制 78 Y - -
昀舟 桐霭镇 电机控制 25 - - n
昀禹 霁桥镇 电机控制 - - - - member:泵业联合会
昀苓 桐霭镇 电机控制 ~51 Y - - new
颂禾 霁桥镇 整机装配 430 Y L y own@2017 member:泵业联合会
颂岫 霁桥镇 整机装配 180 Y L y party@2023-03-08
颂月 霁桥镇 整机装配 68 Y - y:own
颂帆 桐霭镇 整机装配 110 Y L -
颂庭 桐霭镇 整机装配 59 N - y own@2024
颂舟 霁桥镇 整机装配 36 - - - base:霁桥基地
颂禹 霁桥镇 整机装配 21 N - - micro@2025-11
颂苓 桐霭镇 整机装配 85 Y - p
桁禾 霁川县 整机装配 72 Y - -
桁岫 望汀街道 针织服装产业链 40 N - - new
桁月 岚禾镇 竹木家居产业链 66 Y - y own@2023
桁帆 - 智能水泵产业链 30 - - -
桁庭 城岚街道 - 300 Y L y own@2016-06-18
桁舟 望汀街道 - 25 N - n
桁禹 城岚街道 - 41 - - - new
桁苓 云埠镇 成衣缝制 63 N - - base:云埠基地 new
"""

# What 2026Q3 tells differently: the same columns, `.` where nothing changed.
CHANGES = """
沐禹 . . . . . y own@2026-07-10
翊禹 . . . . . y own@2026-07-15
锦禹 . . . . . y own@2026-07-20
颂帆 . . . . . y party@2026-07-28
昀月 . . . . . y own@2026-09-01
漪禾 . . . . . y own@2026-09-05
颂苓 . . . . . y own@2026-09-18
昀庭 . . . . . y own@2026-05-20
颂月 . . . . . n
屿禾 . . . . . y
榆禾 . . . . . p
隽庭 . . . . . -
隽舟 . . . . . -
隽禹 . . . . . -
澜庭 . . 46 . . .
锦禾 . . 51 . . .
沐月 . . 52 . . .
屿月 . . 74 . . .
朔帆 . . 53 . . .
漪帆 . . 24 . . .
翊舟 . . 47 . . .
榆庭 . . - . . .
澜帆 . . . . . -
芷禹 . . . Y . .
"""

# Two companies change their names between the editions and keep their codes.
RENAMED = {"漪苓": "霁川漪苓智造辅料有限公司", "翊帆": "霁川翊帆流体装备有限公司"}

# Owners of several firms, and those whose code the bureau did not have in 2026Q2.
GROUPS = frozenset({"锦岫", "屿庭"})
CODE_LATE = frozenset({"屿禾", "桁帆"})
