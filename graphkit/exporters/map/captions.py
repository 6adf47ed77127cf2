"""What the page says, in both languages; names of types, properties and modes come from the schema."""

from collections.abc import Mapping

from graphkit.schema import Language

_TEXTS: Mapping[str, tuple[str, str]] = {
    "skip": ("跳到列表视图", "Skip to the list"),
    "invented": ("虚构数据 · 仅作演示", "Invented data · for demonstration"),
    "search": ("搜索单位、组织、地区", "Search units, organisations, places"),
    "search_hint": ("搜索（按 / 键）", "Search (press /)"),
    "views": ("视图", "Views"),
    "view_map": ("图", "Map"),
    "view_list": ("列表", "List"),
    "fit": ("全图", "Fit"),
    "fit_title": ("适合窗口（0）", "Fit to window (0)"),
    "print": ("打印", "Print"),
    "theme": ("切换深色或浅色", "Switch dark and light"),
    "side": ("筛选与图例", "Legend and filters"),
    "legend_status": ("覆盖状态", "Coverage"),
    "legend_mode": ("组建方式", "Mode"),
    "legend_mode_hint": ("颜色＋线型", "colour + line"),
    "legend_form": ("组织形式", "Form"),
    "legend_type": ("类型", "Type"),
    "legend_type_hint": ("形状", "shape"),
    "chain": ("产业链", "Chain"),
    "town": ("地区", "Place"),
    "women_at_least": ("女职工≥", "Women ≥"),
    "area_is_women": ("大小 = 女职工人数", "Size = women employees"),
    "gap_list": ("空白点清单", "Gaps"),
    "gap_counts": ("{gaps} 家，重点 {keys} 家", "{gaps}, of them {keys} key"),
    "no_gaps": ("没有空白点", "none"),
    "stage": (
        "妇联覆盖图。方向键移动，回车打开详情，G 跳到下一个空白点，斜杠搜索，0 全图，加减号缩放。",
        "Coverage map. Arrows move, Enter opens details, G goes to the next gap, slash searches, 0 fits, plus and "
        "minus zoom.",
    ),
    "help": (
        "方向键移动 · 回车详情 · G 下一空白点 · / 搜索 · 0 全图",
        "Arrows move · Enter opens · G next gap · / search",
    ),
    "panel": ("详情", "Details"),
    "close": ("关闭详情", "Close details"),
    "list_all": ("列出全部节点", "List all nodes"),
    "all": ("全部", "all"),
    "no_hits": ("没有匹配", "No match"),
    "covered": ("已覆盖", "covered"),
    "gap": ("空白点", "gap"),
    "gap_short": ("空白", "gap"),
    "gap_key": ("空白点（双圈为重点）", "gap (double ring: key)"),
    "unknown": ("情况不明", "unknown"),
    "unknown_short": ("不明", "unknown"),
    "key": ("重点筹建", "key candidate"),
    "key_short": ("重点", "key"),
    "preparing": ("筹建中", "preparing"),
    "planned": ("计划中", "planned"),
    "mode_not_stated": ("未注明", "not stated"),
    "interval_of": ("覆盖区间 · {kind} {units} 家", "covered, of {units} {kind}"),
    "rate": (
        "状态已知的 {known}/{units} 家中覆盖 {rate} %",
        "{rate} % of the {known} known (of {units})",
    ),
    "rate_null": ("没有一家的状态已知", "no unit whose state is known"),
    "women_headline": ("女职工 {covered} / {women} 人", "{covered} of {women} women"),
    "women_unknown": ("，{count} 家人数不详", "; {count} without head count"),
    "women_of": ("女职工 {covered}/{women}", "women {covered}/{women}"),
    "women_count": ("女职工 {count} 人", "{count} women employees"),
    "counts": ("已覆盖 {covered} · 空白 {gap} · 不明 {unknown}", "{covered} covered · {gap} gap · {unknown} unknown"),
    "reset": ("取消全部筛选", "Clear filters"),
    "nodes_shown": ("个节点", "nodes"),
    "covers_count": ("覆盖 {count} 家单位", "covers {count} units"),
    "more": ("更多单位", "more units"),
    "more_of": ("另有 {count} 个", "{count} more"),
    "more_why": ("此格放不下，逐一列出。", "No room for these in the picture."),
    "no_chain": ("未列入产业链", "no chain"),
    "no_segment": ("未分环节", "no segment"),
    "lane_rest": ("其他单位", "Others"),
    "lane_rest_hint": ("未列入产业链", "outside the chains"),
    "lane_resources": ("资源平台", "Resources"),
    "lane_resources_hint": ("点选可见联系", "select to see ties"),
    "key_why": ("符合重点筹建标准：{rule}。", "Meets the rule: {rule}."),
    "key_unknown": ("是否重点尚缺资料：{rule}。", "Not known whether it meets the rule: {rule}."),
    "key_no": ("未达重点筹建标准（{rule}），可联建或托建。", "Below the rule ({rule}); joint or hosted is possible."),
    "near_organisations": ("同环节或同地区已有的组织（红色点线）", "Organisations of its segment or place (red dots)"),
    "unknown_why": ("没有来源说明有或没有。", "No source says yes or no."),
    "reasons": ("覆盖依据", "Why covered"),
    "covers": ("覆盖单位", "Covers"),
    "reported": ("台账填报已成立，未写明组织名称。", "Reported as founded; the organisation is not named."),
    "possible": ("尚不确定", "possible only"),
    "via": ("经由", "via"),
    "nearest": ("最近资源", "Nearest resources"),
    "hops": ("{count} 步", "{count} hops"),
    "units_here": ("单位", "Units"),
    "relations": ("关系", "Relations"),
    "show_all": ("显示全部 {count} 条", "Show all {count}"),
    "other_value": ("另有记载", "also stated"),
    "sources": ("来源", "Sources"),
    "source_number": ("来源 {number}", "source {number}"),
    "no_source": ("没有来源记录。", "No source recorded."),
    "undated": ("日期不详", "undated"),
    "place": ("出处", "at"),
    "confidence": ("可信度", "confidence"),
    "column_name": ("名称", "Name"),
    "column_type": ("类型", "Type"),
    "column_chain": ("产业链 · 环节", "Chain · segment"),
    "column_town": ("地区", "Place"),
    "column_women": ("女职工", "Women"),
    "column_status": ("状态", "Coverage"),
    "column_mode": ("组建方式", "Mode"),
    "column_organisation": ("妇联组织", "Organisations"),
    "column_source": ("来源", "Sources"),
    "title_map": ("妇联组织覆盖图", "Women's federation coverage"),
    "title_plain": ("组织关系图", "Map of organisations"),
    "as_of": ("截至 {date}", "as of {date}"),
    "latest": ("按最新资料", "latest known"),
    "rules": ("规则 {rules}", "rules {rules}"),
    "source_count": ("来源 {count} 份", "{count} sources"),
}

_SHAPES: Mapping[str, tuple[str, str]] = {
    "production_base": ("生产基地", "production base"),
    "specialised_market": ("专业市场", "specialised market"),
}


def texts(lang: Language) -> dict[str, str]:
    """Return every fixed text of the page."""
    return _in(_TEXTS, lang)


def shape_names(lang: Language) -> dict[str, str]:
    """Return the captions of shapes that are no types."""
    return _in(_SHAPES, lang)


def _in(table: Mapping[str, tuple[str, str]], lang: Language) -> dict[str, str]:
    return {key: pair[0 if lang == "zh" else 1] for key, pair in table.items()}
