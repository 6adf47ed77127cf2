"""Where a row puts something: in regions and bases, in chains and segments."""

from graphkit.loaders.tables.entries import Entry
from graphkit.loaders.tables.facts import REGIONS
from graphkit.loaders.tables.rows import Node, Rows, join, may_join, state

REGION_ENDINGS = (
    ("街道", "subdistrict"),
    ("开发区", "development_zone"),
    ("新区", "new_area"),
    ("社区", "community"),
    ("县", "county"),
    ("区", "district"),
    ("镇", "town"),
    ("乡", "township"),
    ("村", "village"),
)
DEFAULT_LEVELS = {"village": "village", "town": "town", "county": "county_city", "city": "city", "province": "province"}
MUNICIPALITIES = ("北京", "天津", "上海", "重庆")


def locate(rows: Rows, entry: Entry, node: Node) -> None:
    """Put a node into the smallest region of its row (or several, 甲镇、乙镇), and into its base."""
    for region, place in regions(rows, entry):
        if may_join(rows, "LOCATED_IN", node.type, region.type):
            join(rows, "LOCATED_IN", node, region, place=place)
    if "base.name" in entry.said:
        base = state(rows, "base", entry.said["base.name"], entry.place("base.name"))
        join(rows, "LOCATED_IN", node, base, place=entry.place("base.name"))


def regions(rows: Rows, entry: Entry, *, code: str | None = None) -> list[tuple[Node, str]]:
    """State the smallest regions of a row, each within the next larger one; return them with their places."""
    said, found = entry.said, []
    levels = [(level, said[f"{level}.name"]) for level in REGIONS if said.get(f"{level}.name")]
    smallest, names = levels[0] if levels else ("", [])
    # Of several larger regions nobody knows which one holds the smaller.
    larger = [(level, above[0]) for level, above in levels[1:] if len(above) == 1]
    for name in names:
        inner, chain = None, [(smallest, name), *(pair for pair in larger if pair[1] != name)]
        for at, (level, region_name) in enumerate(chain):
            key = "/".join(part for _, part in reversed(chain[at:]))
            place = entry.place(f"{level}.name")
            told = {"level": _level(level, region_name)} | ({} if at or len(names) > 1 else {"code": code})
            region = state(rows, level, region_name, place, key=key, told=told)
            if inner is None:
                found.append((region, place))
            else:
                join(rows, "PART_OF", inner, region, place=place)
            inner = region
    return found


def _level(level: str, name: str) -> str:
    if level == "province" and name.startswith(MUNICIPALITIES):
        return "municipality"
    if level in ("city", "province"):
        return DEFAULT_LEVELS[level]
    return next((found for ending, found in REGION_ENDINGS if name.endswith(ending)), DEFAULT_LEVELS[level])


def industries(rows: Rows, entry: Entry, node: Node | None) -> list[Node]:
    """State chains and segments of a row; a node is in its segments, or, without any, in its chains."""
    said, found = entry.said, []
    chains = said.get("chain.name", [])
    segments = said.get("segment.name", [])
    for at, name in enumerate(segments):
        # Of several chains the one beside a segment is only known if both lists are equally long.
        over = chains[0] if len(chains) == 1 else chains[at] if len(chains) == len(segments) else None
        found.append(_segment(rows, entry, over, name))
    if not segments or len(chains) not in (0, 1, len(segments)):
        found += [industry(rows, entry, "chain", name, name) for name in chains]
    found += [industry(rows, entry, "field", name, f"行业/{name}") for name in said.get("field.name", ())]
    if node is not None:
        for other in found:
            join(rows, "IN_INDUSTRY", node, other, place=entry.place("segment.name", "chain.name"))
    return found


def feeds(rows: Rows, entry: Entry) -> None:
    """Join the segments before and after that of a row; they are of the same chain."""
    said = entry.said
    chains, own = said.get("chain.name", []), said.get("segment.name", [])
    over = chains[0] if len(chains) == 1 else None
    for name, after in (("segment.before", False), ("segment.after", True)):
        for other in said.get(name, ()):
            neighbour = _segment(rows, entry, over, other)
            if len(own) != 1:
                continue  # of several segments nobody knows which one this feeds
            ends = [_segment(rows, entry, over, own[0]), neighbour]
            src, dst = ends if after else reversed(ends)
            join(rows, "FEEDS", src, dst, place=entry.place(name))


def _segment(rows: Rows, entry: Entry, over: str | None, name: str) -> Node:
    segment = industry(rows, entry, "segment", name, f"{over}/{name}" if over else name)
    if over:
        join(rows, "PART_OF", segment, industry(rows, entry, "chain", over, over), place=entry.place("segment.name"))
    return segment


def industry(rows: Rows, entry: Entry, role: str, name: str, key: str) -> Node:
    return state(rows, role, name, entry.place(f"{role}.name"), key=key, told={"kind": role})
