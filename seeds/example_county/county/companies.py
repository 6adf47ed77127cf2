"""The companies of the roster, edition by edition, with the details nobody needs to invent by hand."""

import random
from dataclasses import dataclass, replace

from stdnum.cn import uscc

from county.facts import CHAIN_WORD, CHAINS
from county.model import Value
from county.roster import CHANGES, CODE_LATE, GROUPS, RENAMED, ROSTER

BOUNDS = {"~": "about", ">": "more_than", "<": "nearly", "?": "unknown"}
FLAGS: dict[str, bool | None] = {"Y": True, "N": False, "-": None}
STATUSES: dict[str, str | None] = {"y": "yes", "n": "no", "p": "preparing", "-": None}
SURNAMES = "苏林顾陆沈叶程韩江白温罗谢秦许唐"
GIVEN = ("清和", "景行", "知远", "令仪", "望舒", "疏桐", "晏如", "怀瑾", "以宁", "书尧", "临川", "听澜")


@dataclass(frozen=True, slots=True)
class Company:
    """One company as one edition tells it."""

    stem: str
    number: int
    towns: tuple[str, ...]
    industries: tuple[str, ...]
    women: str
    party: str
    leading: bool
    sheet: str
    how: tuple[str, ...]

    def tokens(self, kind: str) -> list[str]:
        """Return the parts after `kind:` or `kind@` (or "" for a bare word) of what covers the company."""
        return [h[len(kind) + 1 :] for h in self.how if h == kind or h[: len(kind) + 1] in (f"{kind}:", f"{kind}@")]


def companies(edition: str) -> list[Company]:
    """Return the companies that the bureau lists in an edition, in the order of the roster."""
    listed = [_company(number, line) for number, line in enumerate(ROSTER.split("\n")[1:-1], start=1)]
    if edition == "2026Q2":
        return [c for c in listed if "new" not in c.how]
    changes = {line.split()[0]: line.split()[1:] for line in CHANGES.split("\n")[1:-1]}
    return [_changed(c, changes.get(c.stem, [])) for c in listed if "gone" not in c.how]


def details(company: Company, edition: str) -> dict[str, Value]:
    """Return every column of the bureau's list for a company."""
    women, women_bound = quantity(company.women)
    status, _, mode = company.sheet.partition(":")
    late = edition == "2026Q2" and company.stem in CODE_LATE
    return {
        "name": name(company, edition),
        "credit_code": None if late else credit_code(company.number),
        "kind": "集团公司" if company.stem in GROUPS else "民营企业",
        "leading": company.leading,
        **_invented(company, women, women_bound),
        "women_employees": women,
        "women_employees_bound": women_bound,
        "party_organisation": FLAGS[company.party],
        "federation_status": STATUSES[status],
        "federation_mode": mode or None,
    }


def name(company: Company, edition: str) -> str:
    """Return the registered name of a company in an edition."""
    if edition != "2026Q2" and company.stem in RENAMED:
        return RENAMED[company.stem]
    if company.stem in GROUPS:
        return f"霁川{company.stem}集团有限公司"
    form = "股份有限公司" if company.leading else "有限公司"
    return f"霁川{company.stem}{_trade(company)}{form}"


def quantity(written: str) -> tuple[int | None, str | None]:
    """Split `~60` into 60 and about."""
    if written == "-":
        return None, None
    if written[0] in BOUNDS:
        return int(written[1:]), BOUNDS[written[0]]
    return int(written), "exact"


def credit_code(number: int) -> str:
    """Return a credit code that passes GB 32100 in a region that does not exist."""
    body = f"MA9{number * 37:05d}"
    values = [int(c, 36) for c in body]
    rest = 11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    code = f"91990121{body}{'X' if rest == 10 else rest % 11}"
    return code + uscc.calc_check_digit(code)


def _company(number: int, line: str) -> Company:
    stem, towns, industries, women, party, leading, sheet, *how = line.split()
    return Company(
        stem,
        number,
        () if towns in "-=" else tuple(towns.split("+")),
        () if industries == "-" else tuple(industries.split("+")),
        women,
        party,
        leading == "L",
        sheet,
        tuple(how),
    )


def _changed(company: Company, change: list[str]) -> Company:
    if not change:
        return company
    _, _, women, party, _, sheet, *how = change
    return replace(
        company,
        women=company.women if women == "." else women,
        party=company.party if party == "." else party,
        sheet=company.sheet if sheet == "." else sheet,
        how=(*company.how, *how),
    )


def _trade(company: Company) -> str:
    if not company.industries:
        return "商贸"
    first = company.industries[0]
    return CHAIN_WORD.get(first) or next(segments[first][0] for segments in CHAINS.values() if first in segments)


def _invented(company: Company, women: int | None, bound: str | None) -> dict[str, Value]:
    # Seeded by the company's number alone: a correction of one company must not change the others.
    draw = random.Random(f"霁川-{company.number}").random
    share, surname, given, year, month = (draw() for _ in range(5))
    products = [segments[i][1] for i in company.industries for segments in CHAINS.values() if i in segments]
    person = SURNAMES[int(surname * len(SURNAMES))] + GIVEN[int(given * len(GIVEN))]
    return {
        "employees": None if women is None else int(women / (0.35 + 0.4 * share)),
        "employees_bound": None if women is None else bound,
        "legal_person": person if company.number % 3 else None,
        "founded": f"{1998 + int(year * 26)}-{1 + int(month * 12):02d}" if company.number % 4 else None,
        "products": tuple("|".join(products).split("|")) if products else None,
        "phone": f"0990-555{company.number:04d}" if company.number % 2 else None,
    }
