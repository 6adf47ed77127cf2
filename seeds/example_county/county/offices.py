"""What three offices of the invented county deliver: industry bureau, women's federation, finance office."""

from collections.abc import Iterable

from county import bodies
from county.companies import Company, companies, credit_code, details, name
from county.facts import AGENCIES, ALLIANCES, CHAINS, COHORT, EDITIONS, PERSONS, PROGRAMME, REGIONS, VENUES
from county.lending import AGGREGATE, BANK_GROUP, BANKS, BORROWER, LOANS, PARTNERS, PRODUCTS
from county.model import Delivery, Statistic, Thing, Tie, Value

CLOSED = {"2026Q2": ("砚汀镇", "鹤泠镇"), "2026Q3": ("砚汀镇", "鹤泠镇", "桐霭镇")}


def deliveries(edition: str) -> list[Delivery]:
    """Return the deliveries of one edition."""
    listed = companies(edition)
    return [_bureau(edition, listed), _register(edition, listed), _finance(edition)]


def _bureau(edition: str, listed: list[Company]) -> Delivery:
    things = [*_regions(), *_industries(), *_venues(VENUES)]
    things += [Thing("Company", c.stem, details(c, edition)) for c in listed]
    ties = [Tie("PART_OF", region, parent) for region, (_, _, parent) in REGIONS.items() if parent]
    ties += [Tie("LOCATED_IN", venue, VENUES[venue][2]) for venue in VENUES]
    for chain, segments in CHAINS.items():
        ties += [Tie("PART_OF", segment, chain) for segment in segments]
        ties += [Tie("FEEDS", segment, after) for segment, (_, _, fed) in segments.items() for after in fed]
    for company in listed:
        roles = ("总部", "分厂") if len(company.towns) > 1 else (None,)
        ties += [Tie("LOCATED_IN", company.stem, t, {"role": r}) for t, r in zip(company.towns, roles, strict=False)]
        ties += [Tie("LOCATED_IN", company.stem, venue) for venue in company.tokens("base")]
        ties += [Tie("IN_INDUSTRY", company.stem, industry) for industry in company.industries]
        ties += [Tie("PART_OF", company.stem, owner) for owner in company.tokens("part")]
    ties += [Tie("PART_OF", venue, owner) for venue, (_, _, _, owner) in VENUES.items() if owner == "锦岫"]
    # Suppliers: an order between firms is no tie that leads to a bank.
    ties += [Tie("FEEDS", a, b) for a, b in (("澜庭", "锦岫"), ("屿岫", "屿庭"), ("隽庭", "翊帆"), ("翊帆", "颂禾"))]
    return Delivery(
        "industry_bureau",
        edition,
        EDITIONS[edition],
        f"虚构示例：霁川县重点产业链企业台账（{edition}）",
        "霁川县工业和信息化局（虚构）",
        "snapshot",
        tuple(things),
        tuple(ties),
        (("Company", "chain", "针织服装产业链"),),
    )


def _register(edition: str, listed: list[Company]) -> Delivery:
    federations, ties = bodies.federations(edition, listed)
    things = [*_regions(), *_alliances(ALLIANCES), *_agencies(), *federations]
    things += [_asked(venue, edition) for venue in _venues(VENUES)]
    # The designers' federation covers a segment, not its firms.
    things.append(Thing("Industry", "服装设计", {"name": "服装设计", "kind": "segment"}))
    things += [Thing("Person", number, {"name": who, "gender": sex}) for number, (who, sex) in PERSONS.items()]
    named = {end for tie in ties for end in (tie.src, tie.dst)}
    things += [_named(c, edition) for c in listed if c.stem in named]
    count = sum(bool(t.values.get("industry_federation")) for t in federations)
    homes = sum(t.type == "MicroHome" for t in federations)
    return Delivery(
        "federations",
        edition,
        EDITIONS[edition],
        f"虚构示例：霁川县妇联组织登记表（{edition}）",
        "霁川县妇联（虚构）",
        "snapshot",
        tuple(things),
        tuple(ties),
        tuple(("COVERS", "region", town) for town in CLOSED[edition]),
        (
            Statistic("霁川县妇联", "industry_federations", count + 2, "个", "exact"),
            Statistic("霁川县妇联", "micro_homes", homes, "个", "more_than"),
        ),
    )


def _finance(edition: str) -> Delivery:
    partners = [p for p in PARTNERS if p[5] == edition]
    loans = [loan for loan in LOANS if loan[9] == edition]
    ties = [Tie("PARTNERS_WITH", a, b, _dated(d, status=s, context=text)) for a, b, d, s, text, _ in partners]
    ties += [_loan(loan) for loan in loans]
    ties += [Tie("LOCATED_IN", bank, region) for bank, (_, _, region) in BANKS.items()]
    if edition == "2026Q2":
        ties += _products() + _standing()
    return Delivery(
        "finance",
        edition,
        EDITIONS[edition],
        f"虚构示例：霁川县银企对接台账（{edition}）",
        "霁川县金融服务中心（虚构）",
        "additions",
        tuple(_mentioned(edition, ties)),
        tuple(ties),
    )


def _products() -> list[Tie]:
    ties = []
    for product, (_, lenders, facilitators) in PRODUCTS.items():
        ties += [Tie("OFFERS", bank, product, {"role": "lender"}) for bank in lenders]
        ties += [Tie("OFFERS", body, product, {"role": "facilitator"}) for body in facilitators]
    return ties


def _standing() -> list[Tie]:
    lender, cohort, day, amount, bound, count = AGGREGATE
    person, (_, _, firm, role) = next(iter(BORROWER.items()))
    sums: dict[str, Value] = {"amount_kind": "loan", "amount_bound": bound, "aggregate": True, "count": count}
    return [
        Tie("LENDS_TO", lender, cohort, {"valid_from": day, "amount_cny": amount, **sums, "count_bound": "exact"}),
        Tie("MEMBER_OF", cohort, "云埠商会"),
        Tie("LEADS", person, firm, {"role": role, "valid_from": "2019-03"}),
        Tie("PART_OF", "惠民行", "农商行"),
        Tie("RECEIVED", "隽禹", "她创贴息贷", {"valid_from": "2026-05-15"}),
        Tie("RUNS", "霁州行", PROGRAMME, {"role": "participates", "valid_from": "2026-03-08"}),
        Tie("RUNS", "澜庭", PROGRAMME, {"role": "participates", "valid_from": "2026-03-08"}),
    ]


def _mentioned(edition: str, ties: Iterable[Tie]) -> list[Thing]:
    """Name what the finance office's rows mention: it keeps no list of its own, so each name stands once."""
    listed = companies(edition)
    federations, _ = bodies.federations(edition, listed)
    known = [*_regions(), *_alliances(ALLIANCES), *_agencies(), *_banks()]
    known += [Thing(t.type, t.key, {"name": t.key}) for t in federations]
    known += [_named(c, edition) for c in listed]
    known += [Thing("FinancialProduct", p, {"name": p, "kind": kind}) for p, (kind, _, _) in PRODUCTS.items()]
    known += [Thing("Person", number, {"name": p[0], "gender": p[1]}) for number, p in BORROWER.items()]
    known.append(Thing("Programme", PROGRAMME, {"name": PROGRAMME, "kind": "action"}))
    cohort: dict[str, Value] = {"group": True, "count": 48, "count_bound": "exact"}
    known.append(Thing("Company", COHORT, {"name": COHORT, **cohort}))
    used = {key for t in ties for key in (t.src, t.dst, t.values.get("product"), t.values.get("via"))}
    return [thing for thing in known if thing.key in used]


def _loan(loan: tuple[str, str, str, str, int, str, str, str, str, str]) -> Tie:
    lender, borrower, day, as_of, amount, kind, product, via, status, _ = loan
    values: dict[str, Value] = {"valid_from": day or None, "as_of": as_of or None, "status": status}
    money: dict[str, Value] = {"amount_cny": amount, "amount_bound": "exact", "amount_kind": kind}
    return Tie("LENDS_TO", lender, borrower, {**values, **money, "product": product or None, "via": via or None})


def _dated(day: str, **values: Value) -> dict[str, Value]:
    return {"valid_from": day or None, **values}


def _named(company: Company, edition: str) -> Thing:
    code = credit_code(company.number)
    return Thing("Company", company.stem, {"name": name(company, edition), "credit_code": code})


def _regions() -> list[Thing]:
    return [Thing("Region", r, {"name": r, "code": code, "level": level}) for r, (code, level, _) in REGIONS.items()]


def _asked(venue: Thing, edition: str) -> Thing:
    # The pump base said no in spring; nobody asked again once it had its federation.
    said = {"federation_status": "no"} if venue.key == "霁桥基地" and edition == "2026Q2" else {}
    return Thing("Venue", venue.key, {**venue.values, **said})


def _industries() -> list[Thing]:
    chains = [Thing("Industry", chain, {"name": chain, "kind": "chain"}) for chain in CHAINS]
    return chains + [Thing("Industry", s, {"name": s, "kind": "segment"}) for chain in CHAINS.values() for s in chain]


def _venues(venues: dict[str, tuple[str, str, str, str]]) -> list[Thing]:
    return [Thing("Venue", key, {"name": full, "kind": kind}) for key, (full, kind, _, _) in venues.items()]


def _alliances(alliances: dict[str, tuple[str, str, str, str]]) -> list[Thing]:
    rows = alliances.items()
    return [
        Thing("Alliance", key, {"name": full, "kind": kind, "level": level}) for key, (full, kind, level, _) in rows
    ]


def _agencies() -> list[Thing]:
    return [Thing("Agency", full, {"name": full, "level": "county"}) for full in AGENCIES.values()]


def _banks() -> list[Thing]:
    banks = [Thing("Bank", key, {"name": full, "level": level}) for key, (full, level, _) in BANKS.items()]
    group: dict[str, Value] = {"name": BANK_GROUP, "group": True, "count": 6, "count_bound": "exact"}
    return [*banks, Thing("Bank", BANK_GROUP, group)]
