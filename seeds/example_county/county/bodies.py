"""The women's organisations of the invented county: who covers, hosts, guides and leads what."""

import random

from county.companies import Company, name
from county.facts import (
    AGENCIES,
    ALLIANCES,
    COMMITTEE,
    COUNTY,
    COUNTY_FEDERATION,
    CROSS_BASE,
    DESIGNERS,
    JOINT_FEDERATION,
    LEADS,
    PUMP_BASE,
    REGIONS,
    TOWNS,
    VENUES,
)
from county.model import Thing, Tie, Value

# how the roster says it: (type, form, mode, what the name ends in)
BUILT = {
    "own": ("Federation", "federation", "own", "妇联"),
    "party": ("Federation", "federation", "party_led", "妇联"),
    "micro": ("MicroHome", "micro_home", "hosted", "妇女微家"),
    "station": ("MicroHome", "station", None, "巾帼服务站"),
}
ENDED = "2026-08-15"
# name: (form, level, since, mode, venue)
OF_VENUES: dict[str, tuple[str, str, str, str, tuple[str, ...]]] = {
    CROSS_BASE: ("federation", "base", "2024-03-08", "joint", ("云埠基地", "织霞基地")),
    "松汀竹木产业基地妇联": ("federation", "base", "2023-05", "party_led", ("松汀基地",)),
    "霁川国际针织城妇联": ("federation", "market", "2022-12-01", "own", ("针织城",)),
    "霁川竹木家居市场妇女微家": ("micro_home", "market", "2025-09", "hosted", ("家居市场",)),
}
# name: (host, since)
ON_PLATFORMS: dict[str, tuple[str, str]] = {
    "霁川县针织服装行业协会妇女微家": ("针织协会", "2024-11"),
    "霁川县竹木产业协会妇女微家": ("竹木协会", "2025-01-10"),
    "云埠镇商会妇女微家": ("云埠商会", "2025-06-18"),
    "霁州市泵业联合会妇女微家": ("泵业联合会", "2023-11"),
    "霁川县人才驿站巾帼服务站": ("人才驿站", "2024-08"),
    "霁川县直播电商妇女微家": ("隽帆", "2025-12"),
}


class _Register:
    """A register in the making: federations by name, and their ties."""

    def __init__(self, edition: str) -> None:
        self.edition = edition
        self.things: dict[str, Thing] = {}
        self.ties: list[Tie] = []

    def body(self, full: str, form: str, level: str, since: str = "", **more: Value) -> None:
        kind = "Federation" if form == "federation" else "MicroHome"
        found: dict[str, Value] = {"name": full, "status": "actual", "form": form, "level": level}
        found["established"] = since or None
        self.things[full] = Thing(kind, full, found | _activity(full, self.edition) | more)

    def tie(self, kind: str, src: str, dst: str, **values: Value) -> None:
        self.ties.append(Tie(kind, src, dst, values))


def federations(edition: str, listed: list[Company]) -> tuple[list[Thing], list[Tie]]:
    """Return the women's organisations of an edition, and every tie that the register holds."""
    register = _Register(edition)
    _territorial(register)
    _of_venues(register)
    _on_platforms(register)
    for company in listed:
        _of_company(register, company)
        _memberships(register, company)
    _joint(register, listed)
    _people(register)
    return list(register.things.values()), register.ties


def _territorial(register: _Register) -> None:
    register.body(COUNTY_FEDERATION, "federation", "county", "1987")
    register.tie("COVERS", COUNTY_FEDERATION, COUNTY, mode=None)
    register.tie("LOCATED_IN", COUNTY_FEDERATION, COUNTY)
    for town in TOWNS:
        register.body(f"{town}妇联", "federation", REGIONS[town][1])
        register.tie("COVERS", f"{town}妇联", town, mode=None)
        register.tie("LOCATED_IN", f"{town}妇联", town)
        register.tie("GUIDES", COUNTY_FEDERATION, f"{town}妇联")


def _of_venues(register: _Register) -> None:
    for full, (form, level, since, mode, venues) in OF_VENUES.items():
        register.body(full, form, level, since, industry_federation=form == "federation")
        for venue in venues:
            register.tie("COVERS", full, venue, mode=mode, valid_from=since)
        register.tie("GUIDES", COUNTY_FEDERATION, full)
    if register.edition != "2026Q2":
        register.body(PUMP_BASE, "federation", "base", "2026-08-18", industry_federation=True)
        register.tie("COVERS", PUMP_BASE, "霁桥基地", mode="joint", valid_from="2026-08-18")
        register.tie("GUIDES", "霁桥镇妇联", PUMP_BASE)
    register.body(DESIGNERS, "federation", "profession", "2024-05", industry_federation=True)
    register.tie("COVERS", DESIGNERS, "服装设计", mode=None, valid_from="2024-05")
    register.tie("HOSTED_BY", DESIGNERS, "沐月", mode="hosted")


def _on_platforms(register: _Register) -> None:
    for full, (host, since) in ON_PLATFORMS.items():
        register.body(full, "station" if full.endswith("站") else "micro_home", "profession", since)
        register.tie("HOSTED_BY", full, host, mode="hosted", valid_from=since)
        if host in ALLIANCES:
            register.tie("COVERS", full, host, mode="hosted", valid_from=since)
    for alliance, (_, _, _, region) in ALLIANCES.items():
        register.tie("LOCATED_IN", alliance, region)
    for venue, (_, _, _, owner) in VENUES.items():
        if owner in ALLIANCES:
            register.tie("PART_OF", venue, owner)


def _of_company(register: _Register, company: Company) -> None:
    for built, (_, form, mode, suffix) in BUILT.items():
        for since in company.tokens(built):
            full = name(company, "2026Q2") + suffix
            register.body(full, form, "enterprise", since)
            register.tie("COVERS", full, company.stem, mode=mode, valid_from=since, status="actual")
            register.tie("GUIDES", f"{company.towns[0]}妇联", full)
            if built == "party":
                register.tie("ESTABLISHED", f"{company.towns[0]}妇联", full, mode=mode, valid_from=since)
                register.tie("GUIDES", AGENCIES["组织部"], full)
    full = name(company, "2026Q2") + "妇联"
    settled = company.tokens("own")
    if company.tokens("planned") and not settled:
        register.body(full, "federation", "enterprise", status="planned")
        register.tie("COVERS", full, company.stem, mode="own", status="planned")
    if company.tokens("vague"):
        register.body(full, "federation", "enterprise", "2026")
        register.tie("COVERS", full, company.stem, mode="own", valid_from="2026")
    if company.tokens("weak"):
        register.body(full, "federation", "enterprise")
        register.tie("COVERS", full, company.stem, mode="own", confidence=0.6)


def _memberships(register: _Register, company: Company) -> None:
    for alliance in company.tokens("member"):
        register.tie("MEMBER_OF", company.stem, alliance)
    if company.stem in ("昀帆", "朔帆", "翊舟"):
        register.tie("GUIDES", AGENCIES["工信局"], company.stem, context="技改服务")
    if company.stem in ("榆月", "颂禾"):
        register.tie("GUIDES", COUNTY_FEDERATION, name(company, "2026Q2") + "妇联", context="县级示范点")


def _joint(register: _Register, listed: list[Company]) -> None:
    ended = register.edition != "2026Q2"
    over: dict[str, Value] = {"valid_to": ENDED} if ended else {}
    register.body(JOINT_FEDERATION, "federation", "enterprise", "2023-09", **over)
    register.tie("GUIDES", "砚汀镇妇联", JOINT_FEDERATION)
    for company in (c for c in listed if c.tokens("joint")):
        # One edge is left open on purpose: the organisation's own end has to close it.
        until: Value = ENDED if ended and company.stem != "漪岫" else None
        register.tie("COVERS", JOINT_FEDERATION, company.stem, mode="joint", valid_from="2023-09", valid_to=until)


def _people(register: _Register) -> None:
    for person, what, role, since, until, first in LEADS:
        if first <= register.edition:
            # In 2026Q2 nobody has written yet when the turn that is running will end.
            end = until if until and (register.edition != "2026Q2" or until != "2026-06-30") else None
            register.tie("LEADS", person, what, role=role, valid_from=since, valid_to=end)
    for person, body, role in COMMITTEE:
        register.tie("MEMBER_OF", person, body, role=role)


def _activity(full: str, edition: str) -> dict[str, Value]:
    """Invent what is known of an organisation's officers, venue and work: partly nothing."""
    draw = random.Random(f"霁川-{full}").random
    officers, venue, active, served, members = (draw() for _ in range(5))
    month = 1 + int(active * 9)
    newest = edition if month < 7 else "2026Q3"
    return {
        "officers": int(3 + 10 * officers) if officers < 0.7 else None,
        "officers_bound": "exact" if officers < 0.7 else None,
        "has_venue": None if venue > 0.75 else venue < 0.5,
        "last_active": (f"2026-{month:02d}" if newest <= edition else "2025-11") if active < 0.8 else "2024-12",
        "people_served": int(served * 900) if served < 0.5 else None,
        "people_served_bound": ("about" if served > 0.3 else "exact") if served < 0.5 else None,
        "members": int(20 + members * 300) if members < 0.6 else None,
        "members_bound": "more_than" if members < 0.6 else None,
    }
