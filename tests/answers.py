"""Hold the expected answers to twenty-five questions on the five datasets under seeds/.

They were read from the five source documents by hand, so that code that answers otherwise is wrong.
Planned edges are left out unless the question is about plans; groups stand only where an answer names them.
Paths may pass organisations, people, venues and loan products, in either direction, but no LOCATED_IN or IN_INDUSTRY.
Modes are schema codes, None = not stated. Lists are sorted by code point, datasets in the order of seeds/README.md.
"""

from typing import Any

QUESTIONS: dict[str, str] = {
    "Q01": "Which federations cover the photovoltaic chain, where, by which mode?",
    "Q02": "Who covers what, by which mode; how many edges per mode; which mode has no named example?",
    "Q03": "Which industries of the Star-Link report does coverage reach, which not?",
    "Q04": "Which named companies have no women's organisation; what is the rate?",
    "Q05": "Which uncovered companies meet the two criteria of a key candidate?",
    "Q06": "How many of the counted industry federations and micro-homes are named?",
    "Q07": "How many chair turns and joint meetings in a year and in the term?",
    "Q08": "Which women's organisations rest on which host?",
    "Q09": "Which companies, groups included, reach a bank in at most two hops, through whom?",
    "Q10": "What is the shortest path of four companies to a bank?",
    "Q11": "Which alliances share a member?",
    "Q12": "Which federations stand behind more than one alliance, how, since when?",
    "Q13": "How much money from which lender, and of what kind?",
    "Q14": "Averages and ratios of the loans and of women in science?",
    "Q15": "Which federations give access to a bank or a loan product, in what role?",
    "Q16": "Who leads or founded a company and sits in a federation?",
    "Q17": "Which people and which place belong to each named company?",
    "Q18": "Who received which award, when?",
    "Q19": "Who issued and approved the Liangjiang ten measures, on what basis?",
    "Q20": "Which organisations, venues and funds are only planned?",
    "Q21": "Which nodes tie two datasets together; who runs the shared programme?",
    "Q22": "With whom does each federation cooperate?",
    "Q23": "Which companies are in intelligent or autonomous vehicles, in which fields?",
    "Q24": "What has the Xiangcheng federation founded, guided, run; with whom does it cooperate?",
    "Q25": "Which venues were built jointly, by whom?",
}

ANSWERS: dict[str, Any] = {
    "Q01": [["霞美片区产业基地妇联", "电子光伏产业基地", "joint", ["霞美镇"]]],
    "Q02": {
        "edges": [
            ["中国水暖城妇联", "中国水暖城", None],
            ["福建省工程机械行业协会妇女微家", "福建省工程机械行业协会", "hosted"],
            ["福建省弘一石业有限公司妇联", "弘一集团", "joint"],
            ["福建省弘一石业有限公司妇联", "福建省弘一石业有限公司", "joint"],
            ["阳光中科妇联", "阳光中科", None],
            ["霞美片区产业基地妇联", "机械制造装备基地", "joint"],
            ["霞美片区产业基地妇联", "电子光伏产业基地", "joint"],
        ],
        "by_mode": {None: 2, "hosted": 1, "joint": 4},
        "modes_without_named_example": ["own", "party_led"],
    },
    "Q03": {
        "covered": ["工程机械", "机械制造装备", "电子光伏产业", "石材加工", "石材贸易"],
        "not_covered": ["光电信息产业", "机械装备制造业", "水暖厨卫产业"],
    },
    "Q04": {
        "covered": ["弘一集团", "福建省弘一石业有限公司", "阳光中科"],
        "not_covered": ["晶澳太阳能（扬州）科技有限公司", "江苏惠泽电气有限公司", "润芯微", "魔门塔（苏州）有限公司"],
        "rate": "3/7",
    },
    "Q05": [["晶澳太阳能（扬州）科技有限公司", 1400]],
    "Q06": {
        "named_federations": ["中国水暖城妇联", "福建省弘一石业有限公司妇联", "阳光中科妇联", "霞美片区产业基地妇联"],
        "federations": "4/34",
        "named_micro_homes": ["福建省工程机械行业协会妇女微家"],
        "micro_homes": "1/10",
        "units_together": 44,
    },
    "Q07": {
        "chair_turns_per_year": 6,
        "chair_turns_in_term": 18,
        "joint_meetings_per_year": 4,
        "joint_meetings_in_term": 12,
        "term_years": 3,
    },
    "Q08": [
        ["中国水暖城妇联", "南安市水暖厨卫产业人才之家"],
        ["福建省工程机械行业协会妇女微家", "福建省工程机械行业协会"],
        ["霞美片区产业基地妇联", "产业基地科技服务站"],
        ["霞美片区产业基地妇联", "机械装备制造业及光电信息产业人才之家"],
        ["霞美片区产业基地妇联", "柯雨馨政协委员联系点"],
    ],
    "Q09": [
        ["823家女性客户", 1, None, "苏州银行"],
        ["江苏惠泽电气有限公司", 1, None, "江苏银行"],
        ["江苏惠泽电气有限公司", 2, "妇女双创贷款", "江苏银行"],
        ["苏州市女企业家中小企业", 2, "苏州市女企业家银行信贷支持服务联盟", "16家银行"],
    ],
    "Q10": {
        "晶澳太阳能（扬州）科技有限公司": {
            "hops": 4,
            "paths": [
                ["晶澳太阳能（扬州）科技有限公司", "郭亚菲", "扬州经济技术开发区妇联", "妇女双创贷款", "江苏银行"]
            ],
        },
        "魔门塔（苏州）有限公司": None,
        "润芯微": None,
        "弘一集团": None,
    },
    "Q11": {"pairs": [], "alliances_with_known_members": {"苏州市女企业家银行信贷支持服务联盟": ["16家银行"]}},
    "Q12": {
        "扬州经济技术开发区妇联": [["巾帼创业创新联盟", "ESTABLISHED", "2022"], ["服务支持队", "ESTABLISHED", "2022"]],
        "苏州市妇联": [
            ["苏州市创业致富女能手协会", "ESTABLISHED", None],
            ["苏州市女企业家银行信贷支持服务联盟", "ESTABLISHED", None],
        ],
        "苏州市相城区妇联": [
            ["相城区女性精英联合会", "ESTABLISHED", None],
            ["苏州市相城区女科技工作者联盟", "GUIDES", "2022-06-25"],
        ],
    },
    "Q13": {
        "edges": [
            ["妇女双创贷款", "5名科技创新女企业家", 20000000, "loan", "more_than"],
            ["妇女小贷", "198名女大学生", 23280000, "loan", "exact"],
            ["江苏银行", "江苏惠泽电气有限公司", 2500000, "loan", "exact"],
            ["苏州市女企业家银行信贷支持服务联盟", "苏州市女企业家中小企业", 3085000000, "credit_line", "exact"],
            ["苏州银行", "823家女性客户", 2118000000, "balance", "exact"],
        ],
        "microloan_total_cny_two_years": 200000000,
    },
    "Q14": {
        "microloan_avg_cny": 116754.23,
        "student_avg_cny": 117575.76,
        "student_share_of_microloans": 0.1164,
        "jinxiurong_balance_per_client_cny": 2573511.54,
        "credit_line_per_bank_cny": 192812500.0,
        "yangzhou_avg_per_borrower_cny_more_than": 4000000.0,
        "ja_women_scientists_share_about": 0.107,
    },
    "Q15": [
        ["扬州经济技术开发区妇联", "OFFERS", "妇女双创贷款", "facilitator"],
        ["苏州市妇联", "ESTABLISHED", "苏州市女企业家银行信贷支持服务联盟", None],
        ["苏州市妇联", "OFFERS", "妇女小贷", "facilitator"],
        ["苏州市妇联", "OFFERS", "锦绣融", "facilitator"],
        ["苏州市妇联", "PARTNERS_WITH", "苏州银行", None],
    ],
    "Q16": [["郭亚菲", "晶澳太阳能（扬州）科技有限公司", "党委书记、总经理", "扬州经济技术开发区妇联", "执委"]],
    "Q17": {
        "福建省弘一石业有限公司": {"people": [], "located_in": []},
        "弘一集团": {"people": [], "located_in": []},
        "江苏惠泽电气有限公司": {"people": [["焦世梅", "创始人"]], "located_in": ["扬州经济技术开发区"]},
        "晶澳太阳能（扬州）科技有限公司": {
            "people": [["郭亚菲", "党委书记、总经理"], ["黄红娜", "女科技工作者"]],
            "located_in": ["扬州经济技术开发区"],
        },
        "魔门塔（苏州）有限公司": {"people": [["夏炎", "研发总监"]], "located_in": ["苏州市"]},
        "润芯微": {"people": [["刘青", "董事长"]], "located_in": ["苏州市相城区"]},
        "阳光中科": {"people": [], "located_in": []},
    },
    "Q18": [
        ["2名科技工作者（省级称号获得者）", "省“创业创新”巾帼典型十行百星", "2022"],
        ["2名科技工作者（省级称号获得者）", "省级巾帼建功标兵", "2022"],
        ["江苏惠泽电气有限公司", "2023年扬州市巾帼创业创新大赛决赛科创组一等奖", "2023"],
    ],
    "Q19": {
        "issuers": [
            ["重庆两江新区产业促进局", "Agency"],
            ["重庆两江新区妇女联合会", "Federation"],
            ["重庆两江新区总工会", "Alliance"],
            ["重庆两江新区社会保障局", "Agency"],
            ["重庆两江新区社会发展局", "Agency"],
            ["重庆两江新区科技创新局", "Agency"],
            ["重庆两江新区组织人事部", "Agency"],
        ],
        "approvers": ["重庆两江新区党工委", "重庆两江新区管委会"],
        "based_on": ["关于支持女性科技人才在科技创新中发挥更大作用的若干措施"],
        "issuers_named_of_the_national_measures": ["全国妇联", "科学技术部"],
        "issuers_counted": 13,
    },
    "Q20": {
        "Federation": ["两江新区律师行业妇联"],
        "Alliance": ["两江新区女专家联谊会", "两江新区女企业家协会", "两江新区女科技工作者协会", "巾帼科技志愿服务队"],
        "Venue": [
            "两江女性科技人才云之家",
            "两江新区女性科技人才数据库",
            "巾帼爱心加油站",
            "爱心妈咪小屋",
            "苏州市女能手协会农产品直营店",
        ],
        "FinancialProduct": ["女性科研回归基金"],
    },
    "Q21": {
        "entities": [
            ["科技创新巾帼行动", "Programme", ["yangzhou_women_in_science", "liangjiang_ten_measures"]],
            ["苏州市", "Region", ["xiangcheng_women_in_science", "suzhou_women_in_innovation"]],
        ],
        "run_by": [
            [
                "两江新区关于支持女性科技人才在科技创新中发挥更大作用的十项措施",
                "PROVIDES_FOR",
                "liangjiang_ten_measures",
            ],
            ["扬州经济技术开发区妇联", "RUNS", "yangzhou_women_in_science"],
            ["晶澳太阳能（扬州）科技有限公司", "RUNS", "yangzhou_women_in_science"],
        ],
    },
    "Q22": {
        "全国妇联": ["科学技术部"],
        "南安市妇联": ["南安市人社部门", "南安市委组织部", "南安市工信局", "南安市市场监督部门", "南安市税务部门"],
        "扬州经济技术开发区妇联": ["扬州经济技术开发区人才办"],
        "苏州市妇联": ["苏州市教育局", "苏州银行", "苏州高新区"],
        "苏州市相城区妇联": ["上海虹桥商务区", "浙江省女企业家协会"],
    },
    "Q23": {
        "魔门塔（苏州）有限公司": {
            "industries": ["自动驾驶"],
            "people": [["夏炎", "研发总监"]],
            "located_in": ["苏州市"],
        },
        "润芯微": {
            "industries": ["AI视觉", "智能汽车", "智能网联汽车", "汽车电子", "物联网", "芯片"],
            "people": [["刘青", "董事长"]],
            "located_in": ["苏州市相城区"],
        },
    },
    "Q24": {
        "ESTABLISHED": [
            "LADIES‘聚力空间",
            "“我们相遇吧”科技人才交友平台",
            "创业乐业温馨她空间",
            "相城区女性精英联合会",
            "遇见平台",
        ],
        "GUIDES": ["苏州市相城区女科技工作者联盟"],
        "PARTNERS_WITH": ["上海虹桥商务区", "浙江省女企业家协会"],
        "RUNS": [
            "“她成长·她发展·她幸福”妇女微家项目",
            "“巾帼火车头”妇女微家服务品牌",
            "“数智相城 科技她创”——阳澄巾帼科技创新五项行动计划",
            "“智汇她时代·巾帼创未来”长三角女性创新创业发展大会",
            "互联网数字助企发展计划",
            "女性科企互助成长营",
            "巾帼管家",
            "科企会客厅",
            "科技女性思维营",
        ],
    },
    "Q25": {
        "中国（镇湖）刺绣文化创新设计中心": ["苏州市妇联", "苏州高新区"],
        "江苏省巾帼手工产业（苏南）展洽中心": ["苏州市妇联", "苏州高新区"],
    },
}
