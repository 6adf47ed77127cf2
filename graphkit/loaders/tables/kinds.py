"""What a sheet lists: its kind, told by the fields of its columns, and what a field is in a sheet of that kind."""

from collections.abc import Set
from functools import cache

from graphkit.loaders.tables.header import vocabulary

PRIMARY = {
    "companies": "company",
    "federations": "federation",
    "loans": "company",
    "people": "person",
    "venues": "venue",
    "alliances": "alliance",
    "agencies": "agency",
    "banks": "bank",
    "chains": "segment",
    "regions": "town",
}
MANY = (
    *("company.aliases", "company.products", "company.suppliers", "company.customers", "covers.companies"),
    *("federation.aliases", "segment.companies", "segment.before", "segment.after", "chain.companies", "alliance.name"),
)
AMOUNTS = ("loan.amount", "credit_line.amount", "balance.amount")
PLACES = {"village", "town", "county", "city", "province"}
INDUSTRY_AND_PLACE = {"chain", "segment", "field", "base", *PLACES}
OF_COMPANIES = {"company", "federation", "head", "manager", "alliance", "member", "partner"} | INDUSTRY_AND_PLACE
USED = {
    "companies": OF_COMPANIES,
    "federations": {"federation", "head", "host", "covers", "venue"} | INDUSTRY_AND_PLACE,
    "loans": OF_COMPANIES | {"bank", "product", "loan", "credit_line", "balance"},
    "people": {"person", "company", "alliance", "member"} | INDUSTRY_AND_PLACE,
    "venues": {"venue", "federation", "head", "manager"} | INDUSTRY_AND_PLACE,
    "alliances": {"alliance", "federation", "head", "manager"} | PLACES,
    "agencies": {"agency", "manager"} | PLACES,
    "banks": {"bank", "product", "manager"} | PLACES,
    "chains": {"chain", "segment", "field"},
    "regions": PLACES,
}
# Properties that a sheet can say of what it lists, beyond those that a header names with its owner.
SAID = {
    "venue": "name kind opened women_employees party_organisation federation_status federation_mode",
    "alliance": "name leader level established members women_employees party_organisation federation_status"
    " federation_mode phone",
    "agency": "name level phone",
    "bank": "name level phone",
    "person": "name role gender phone",
    "federation": "aliases status",
}
# Words for one thing that the headers of other things use too: a market has women employees as a company has.
SHARED = frozenset("established level members phone women_employees party_organisation federation_status".split())
OPEN = ("own.", "unit.", "member.name")  # what such a header names depends on what the sheet lists


@cache
def known_fields() -> frozenset[str]:
    """List every field that a column can be."""
    told = {name for name in vocabulary().fields.values() if not name.startswith(OPEN)}
    own = {f"{role}.{prop}" for role, listed in SAID.items() for prop in listed.split()}
    return frozenset(told | own | {"company.federation_mode"})


def kind_of(fields: Set[str]) -> str | None:
    """Tell what a sheet with these fields lists; None if no column says whom it is about."""
    company = bool(fields & {"company.name", "company.credit_code"})
    named = {name.partition(".")[0] for name in fields if name.endswith(".name")}
    if (
        "person.name" in fields
        and "federation.name" not in fields
        and fields & {*("company.name", "alliance.name", "person.post")}
    ):
        return "people"
    if company and fields & {"bank.name", *AMOUNTS}:
        return "loans"
    if "venue" in named and not company and "covers.companies" not in fields:
        return "venues"
    if "federation" in named and (not company or "covers.companies" in fields):
        return "federations"
    if company:
        return "companies"
    for role, kind in (("alliance", "alliances"), ("agency", "agencies"), ("bank", "banks")):
        if role in named:
            return kind
    if named & {"segment", "chain"} and fields & {"segment.companies", "chain.companies", "chain.leader"}:
        return "chains"
    if {"segment", "chain"} <= named:
        return "chains"
    places = {f"{place}.name" for place in PLACES}
    if fields <= {"town.code", *places} and (len(fields) > 1 or "town.code" in fields) and "town" in named:
        return "regions"
    return None


def resolved(name: str, kind: str, present: Set[str]) -> str | None:
    """Turn a field that depends on what the sheet lists into the one it is here; None if it is none."""
    role = PRIMARY[kind]
    owner, _, prop = name.partition(".")
    target = name
    if name == "covers.mode":
        target = (
            "company.federation_mode"
            if role == "company"
            else name
            if role == "federation"
            else f"{role}.federation_mode"
        )
    elif owner == "own":
        target = _own(prop, role)
    elif name == "venue.name" and role not in ("venue", "federation"):
        target = "base.name"
    elif owner in ("company", "federation") and prop in SHARED and f"{owner}.name" not in present:
        target = f"{role}.{prop}" if role != owner and role in SAID and kind != "people" else name
    return target if target in known_fields() else None


def _own(prop: str, role: str) -> str:
    if prop == "status" and role not in ("company", "federation"):
        return "own.status"
    if prop == "head":
        return "head.name" if role == "federation" else "manager.name"
    if prop == "established":
        return {"company": "company.founded", "venue": "venue.opened"}.get(role, f"{role}.established")
    return f"{role}.{prop}"


def is_used(name: str, kind: str, present: Set[str]) -> bool:
    """Say whether a kind of sheet makes anything of a field: the level of a federation needs the federation."""
    role = name.partition(".")[0]
    if role in ("federation", "head") and kind != "federations":
        return role in USED[kind] and "federation.name" in present
    return role in USED[kind] or (kind == "federations" and name == "company.name")
