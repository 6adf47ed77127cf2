"""What a row of each kind of sheet states: companies, loans, federations, people, venues, alliances, regions."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from graphkit.loaders.tables.entries import Entry
from graphkit.loaders.tables.facts import ROLES
from graphkit.loaders.tables.organisations import other_than_company, type_of
from graphkit.loaders.tables.placing import feeds, industries, locate, regions
from graphkit.loaders.tables.rows import (
    Node,
    Rows,
    codes_of_names,
    join,
    key_of_name,
    may_join,
    properties,
    state,
    town_of_entry,
    towns_of_names,
)
from graphkit.loaders.wording import Note
from graphkit.names import fold
from graphkit.schema import Schema
from graphkit.values import Quantity

LENDING = ("loan", "credit_line", "balance")
COLUMNS = frozenset("name aliases status valid_from valid_to".split())
_LEADING = re.compile(
    r"^(?!副|原|前|名誉)(?:.{0,6}(?:董事长|总经理|总裁|厂长|法定代表人|法人代表|负责人|执行董事|理事长|会长|主席|书记|院长|校长|场长|社长|店长|创始人|合伙人)).{0,4}$"
)
_NO_LEADER = re.compile("副(?:董事长|总经理|总裁|厂长|理事长|会长|主席|书记|院长|校长|社长)|助理|秘书")


def rows_of(schema: Schema, source: tuple[str, str | None], sheets: Iterable[list[Entry]]) -> Rows:
    """Gather the raw rows of all sheets of a source (dataset and edition)."""
    listed = list(sheets)
    every = [entry for entries in listed for entry in entries]
    codes, notes = codes_of_names(every)
    rows = Rows(schema, *source, codes=codes, places_of=towns_of_names(every), notes=notes)
    for number, entries in enumerate(listed):
        for entry in entries:
            before = len(rows.primary)
            KINDS[entry.told.kind](rows, entry)
            rows.merged[number] += len(rows.primary) == before
    return rows


def _company_row(rows: Rows, entry: Entry) -> None:
    company = _company(rows, entry)
    rows.primary.add(company.id)
    _about_company(rows, entry, company)


def _about_company(rows: Rows, entry: Entry, company: Node) -> None:
    """State what a row says around a company: where it is, what it makes, who covers, leads and supplies it."""
    _about_place(rows, entry, company)
    _covered(rows, entry, company)
    _led(rows, entry, company)
    _member(rows, entry, company)
    said = entry.said
    if "partner.name" in said:
        bank = state(rows, "partner", said["partner.name"], entry.place("partner.name"))
        join(rows, "PARTNERS_WITH", bank, company, place=entry.place("partner.name"))
    for name in said.get("company.suppliers", ()):
        _feed(rows, _mentioned(rows, name, entry.place("company.suppliers")), company, entry)
    for name in said.get("company.customers", ()):
        _feed(rows, company, _mentioned(rows, name, entry.place("company.customers")), entry)


def _feed(rows: Rows, src: Node, dst: Node, entry: Entry) -> None:
    if may_join(rows, "FEEDS", src.type, dst.type):
        join(rows, "FEEDS", src, dst, place=entry.place())


def _covered(rows: Rows, entry: Entry, unit: Node) -> None:
    """State the federations that a row of a company, a market or an association names."""
    said = entry.said
    own = entry.told.primary
    reported = said.get(f"{own}.federation_status")
    names = said.get("federation.name", ())
    status = "planned" if reported == "preparing" else None
    for name in names:
        federation = _federation(rows, entry, name, full=len(names) == 1)
        told = {"mode": said.get(f"{own}.federation_mode"), "status": status}
        join(rows, "COVERS", federation, unit, place=entry.place("federation.name"), told=told)
        if "head.name" in said and len(names) == 1:
            _head(rows, entry, federation, name)
    if reported == "no" and names:
        rows.notes.append(Note("denied", place=entry.place()))


def _led(rows: Rows, entry: Entry, organisation: Node) -> None:
    """State who leads the organisation of a row; a person is one within one organisation."""
    if "manager.name" in entry.said:
        name, place = entry.said["manager.name"], entry.place("manager.name")
        leader = state(rows, "manager", name, place, key=f"{organisation.id}/{fold(name)}")
        join(rows, "LEADS", leader, organisation, place=place, told={"role": "负责人"})


def _member(rows: Rows, entry: Entry, node: Node) -> None:
    said = entry.said
    for name in said.get("alliance.name", ()):
        alliance = state(rows, "alliance", name, entry.place("alliance.name"))
        if alliance.id != node.id and may_join(rows, "MEMBER_OF", node.type, "Alliance"):
            told = {"role": said.get("member.role")}
            join(rows, "MEMBER_OF", node, alliance, place=entry.place("member.role", "alliance.name"), told=told)


def _loan_row(rows: Rows, entry: Entry) -> None:
    company, said = _company(rows, entry), entry.said
    _about_company(rows, entry, company)
    if "bank.name" not in said:
        rows.primary.add(company.id)
        return
    bank = state(rows, "bank", said["bank.name"], entry.place("bank.name"))
    product = _product(rows, entry, bank)
    dated = {name: said.get(f"loan.{name}") for name in ("valid_from", "valid_to")}
    common = dated | {"product": product.id if product else None}
    kinds = [kind for kind in LENDING if f"{kind}.amount" in said and said[f"{kind}.amount"].value is not None]
    before = len(rows.primary)
    for kind in kinds or ("",):
        amount = said[f"{kind}.amount"] if kind else Quantity(None)
        told = common | {"amount_cny": amount.value, "amount_bound": amount.bound, "amount_kind": kind or None}
        told["as_of"] = said.get("loan.as_of") if kind == "balance" else None
        key = f"{said['loan.key']}/{kind}" if "loan.key" in said else None
        rows.primary.add(join(rows, "LENDS_TO", bank, company, place=entry.place(), told=told, key=key))
    if len(rows.primary) == before:
        rows.notes.append(Note("same-loan", place=entry.place()))


def _product(rows: Rows, entry: Entry, bank: Node) -> Node | None:
    if "product.name" not in entry.said:
        return None
    place = entry.place("product.name")
    product = state(rows, "product", entry.said["product.name"], place)
    join(rows, "OFFERS", bank, product, place=place)
    return product


def _federation_row(rows: Rows, entry: Entry) -> None:
    said = entry.said
    names, mode = said["federation.name"], said.get("covers.mode")
    for name in names:
        federation = _federation(rows, entry, name, full=len(names) == 1)
        rows.primary.add(federation.id)
        locate(rows, entry, federation)
        industries(rows, entry, federation)
        for field in ("covers.companies", "company.name", "venue.name"):
            for other in dict.fromkeys(_all(said.get(field, ()))):
                unit = _unit(rows, other, entry.place(field), venue=field == "venue.name")
                join(rows, "COVERS", federation, unit, place=entry.place(field), told={"mode": mode})
                if field == "venue.name":
                    locate(rows, entry, unit)
        if "host.name" in said:
            place = entry.place("host.name")
            host = _named(rows, said["host.name"], place, type_of(said["host.name"]) or "company")
            told = {"mode": mode if mode == "hosted" else None}
            join(rows, "HOSTED_BY", federation, host, place=place, told=told)
        if "head.name" in said:
            _head(rows, entry, federation, name)


def _all(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else value


def _unit(rows: Rows, name: str, place: str, *, venue: bool) -> Node:
    """State what a federation covers: a company, unless its name is a base's, a market's, an association's."""
    found = "Venue" if venue else type_of(name) or "company"
    return _named(rows, name, place, found if may_join(rows, "COVERS", "Federation", found) else "company")


def _head(rows: Rows, entry: Entry, federation: Node, name: str) -> None:
    """A person is one within one organisation, however the middle dot of the name is written."""
    said = entry.said["head.name"]
    head = state(rows, "head", said, entry.place("head.name"), key=f"{name}/{fold(said)}")
    join(rows, "LEADS", head, federation, place=entry.place("head.name"), told={"role": "主席"})


def _person_row(rows: Rows, entry: Entry) -> None:
    said = entry.said
    company = None
    if said.get("company.name"):
        company = _company(rows, entry)
        _about_place(rows, entry, company)
    if "person.name" not in said:
        if company:
            rows.primary.add(company.id)
        return
    name, role = said["person.name"], said.get("person.role")
    within = company.id if company else "、".join(said.get("alliance.name", ())) or entry.place()
    place = entry.place("person.name")
    person = state(
        rows, "person", name, place, key=f"{within}/{fold(name)}", told=_of(rows, entry, "person"), always=True
    )
    rows.primary.add(person.id)
    if company:
        leads = role is not None and _LEADING.match(role) and not _NO_LEADER.search(role)
        join(rows, "LEADS" if leads else "WORKS_FOR", person, company, place=place, told={"role": role})
    _member(rows, entry, person)


def _about_place(rows: Rows, entry: Entry, node: Node) -> None:
    locate(rows, entry, node)
    if may_join(rows, "IN_INDUSTRY", node.type, "Industry"):
        industries(rows, entry, node)


def _listed_row(rows: Rows, entry: Entry) -> None:
    """State a market, a base, an association, an agency or a bank that a row is about."""
    said, role = entry.said, entry.told.primary
    for name in _all(said[f"{role}.name"]):
        told = _of(rows, entry, role)
        node = state(rows, role, name, entry.place(f"{role}.name"), told=told | {"name": name}, always=True)
        rows.primary.add(node.id)
        _about_place(rows, entry, node)
        if role in ("venue", "alliance"):
            _covered(rows, entry, node)
        _led(rows, entry, node)
        if role == "bank":
            _product(rows, entry, node)
        if "alliance.leader" in said:
            place = entry.place("alliance.leader")
            leader = _named(
                rows, said["alliance.leader"], place, other_than_company(said["alliance.leader"]) or "company"
            )
            join(rows, "MEMBER_OF", leader, node, place=place, told={"role": "会长单位"})


def _chain_row(rows: Rows, entry: Entry) -> None:
    said = entry.said
    for node in industries(rows, entry, None):
        rows.primary.add(node.id)
        leader = said.get("chain.leader")
        for field in ("segment.companies", "chain.companies", "chain.leader"):
            for name in _all(said.get(field, ())):
                told = {"leading": True} if name == leader else None
                company = _named(rows, name, entry.place(field), "company", told=told)
                join(rows, "IN_INDUSTRY", company, node, place=entry.place(field))
    feeds(rows, entry)


def _region_row(rows: Rows, entry: Entry) -> None:
    for region, _ in regions(rows, entry, code=entry.said.get("town.code")):
        rows.primary.add(region.id)


def _company(rows: Rows, entry: Entry) -> Node:
    """State a company with everything that its row says of it; what is no company by its name is what it is."""
    told = _of(rows, entry, "company")
    name, code = told.get("name"), told.get("credit_code")
    place = entry.place("company.name")
    other = other_than_company(str(name), code) if name and entry.told.kind != "loans" else None
    if other and _may_be(rows, entry, other):
        known = rows.schema.node(other).properties.keys() | COLUMNS
        return state(rows, other, name, place, told={k: v for k, v in told.items() if k in known}, always=True)
    key = str(code) if code else key_of_name(rows, str(name), town_of_entry(entry))
    return state(rows, "company", name, place, key=key, told=told, always=True)


def _may_be(rows: Rows, entry: Entry, kind: str) -> bool:
    return "federation.name" not in entry.said or may_join(rows, "COVERS", "Federation", kind)


def _named(rows: Rows, name: str, place: str, kind: str, *, told: Any = None) -> Node:
    """State what a row only names, of a type."""
    if kind != "company":
        return state(rows, kind, name, place)
    return state(rows, "company", name, place, key=key_of_name(rows, name), told=told, always=told is not None)


def _mentioned(rows: Rows, name: str, place: str) -> Node:
    return _named(rows, name, place, "company")


def _federation(rows: Rows, entry: Entry, name: str, *, full: bool = True) -> Node:
    """State a federation; a 妇女微家 is a micro-home."""
    told = _of(rows, entry, "federation") if full else {}
    role = "MicroHome" if type_of(name) == "MicroHome" else "federation"
    if role == "MicroHome":
        told["form"] = "micro_home"
    always = entry.told.primary == "federation"
    return state(rows, role, name, entry.place("federation.name"), told=told | {"name": name}, always=always)


def _of(rows: Rows, entry: Entry, role: str) -> dict[str, Any]:
    """Collect what a row says of a role, as far as its type has such properties."""
    known = rows.schema.node(ROLES[role]).properties.keys() | COLUMNS
    told = {n: v for n, v in properties(entry, role).items() if n in known or n.removesuffix("_bound") in known}
    if told.get("status") == "doubtful" or (told.get("status") == "revoked" and told.get("valid_to")):
        told["status"] = "actual"  # in doubt it exists; ended on a day it existed before
    return told


KINDS: dict[str, Callable[[Rows, Entry], None]] = {
    "companies": _company_row,
    "loans": _loan_row,
    "federations": _federation_row,
    "people": _person_row,
    "chains": _chain_row,
    "regions": _region_row,
    **dict.fromkeys(("venues", "alliances", "agencies", "banks"), _listed_row),
}
