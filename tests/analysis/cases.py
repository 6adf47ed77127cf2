"""Small invented graphs with several dated sources, for the tests of analysis."""

import json
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from graphkit.graph.convert import from_records
from graphkit.graph.tables import Graph

Record = dict[str, Any]
DAY = "2026-06-30"


def node(kind: str, name: str, /, **properties: Any) -> Record:
    return {"type": kind, "name": name} | properties


def company(name: str, **properties: Any) -> Record:
    return node("Company", name, **properties)


def gap(name: str, **properties: Any) -> Record:
    """A company that sheets say to have no women's organisation."""
    return company(name, federation_status="no", **properties)


def edge(kind: str, src: str, dst: str, /, **properties: Any) -> Record:
    return {"type": kind, "src": src, "dst": dst} | properties


def graph(nodes: Iterable[Record], edges: Iterable[Record] = (), *, date: str | None = DAY, **source: Any) -> Graph:
    """A graph of one source; `complete` is given as a list."""
    told = {"dataset": "案例", "date": date} | source
    told["complete"] = json.dumps(told.get("complete", []), ensure_ascii=False)
    return from_records(nodes, edges, source=told)


def editions(*told: tuple[str | None, Iterable[Record], Iterable[Record]], **kinds: str) -> Graph:
    """A graph of several editions of one list, each with its date; nodes of one name are one."""
    graphs = [
        graph(nodes, edges, date=date, edition=str(number), kind=kinds.get(f"kind{number}", "sheet"))
        for number, (date, nodes, edges) in enumerate(told)
    ]
    return reduce(Graph.merge, graphs)


def scope(of: str = "COVERS", as_of: str | None = None, **where: str) -> Record:
    return {"of": of, "where": where} | ({"as_of": as_of} if as_of else {})


def statuses(frame: Any) -> Mapping[str, str]:
    """Map names of units to their status."""
    return dict(zip(frame["name"], frame["status"], strict=True))


def plan9() -> Graph:
    """DEFINITIONS 9: a, b in one base, c with 60 women, d with a party organisation, e alone with 12."""
    units = [gap("a", women_employees=30), gap("b", women_employees=30), gap("c", women_employees=60)]
    units += [gap("d", women_employees=20, party_organisation=True), gap("e", women_employees=12)]
    lying = [edge("LOCATED_IN", name, "基地") for name in ("a", "b")]
    return graph([*units, node("Venue", "基地", kind="production_base")], lying)


def units6(date: str = DAY) -> Graph:
    """The six companies of DEFINITIONS 5: covered directly, by a base, by report; gaps; unknown."""
    return graph(
        [
            company("A", women_employees=100),
            company("B", women_employees=60),
            company("C", federation_status="yes", federation_mode="own"),
            company("D", women_employees=200, federation_status="preparing"),
            company("E", women_employees=40),
            company("F", women_employees=100),
            node("Federation", "A妇联", level="enterprise"),
            node("Federation", "基地联合妇联", level="base"),
            node("Venue", "V", kind="production_base"),
            node("Region", "霞镇", level="town"),
            node("Region", "另一镇", level="town"),
        ],
        [
            edge("COVERS", "A妇联", "A", mode="own", valid_from="2023"),
            edge("COVERS", "基地联合妇联", "V", mode="joint"),
            edge("LOCATED_IN", "B", "V"),
            edge("LOCATED_IN", "E", "霞镇"),
            edge("LOCATED_IN", "F", "另一镇"),
        ],
        date=date,
        complete=[scope(region="霞镇")],
    )
