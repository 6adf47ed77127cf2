"""Loans: who lent how much to whom, as a loan, a credit line or a balance."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphkit.documents.items import Basis, Relation
from graphkit.documents.relations.clauses import BELONGS, Clause, Distance, lists
from graphkit.documents.relations.moods import PENALTY, denied, planned
from graphkit.documents.relations.scene import SIGN, Scene, Sentence
from graphkit.documents.relations.vocabulary import Vocabulary
from graphkit.errors import DataError
from graphkit.values import parse_money

_AMOUNT = re.compile(
    r"(?:约|近|超过|超|逾|将近|突破|不少于|至少)?(?:达到?)?[0-9][0-9,.]*(?:余|多|来)?[百千]?[万亿]+(?:余|多)?元?(?:以上|左右|余)?"
    r"|(?:约|近|超过|超|逾)?[一二三四五六七八九十百千两]+(?:余|多)?[万亿]+(?:余|多)?元(?:以上|左右|余)?|[0-9][0-9,]{3,}元"
)
_LENDING = re.compile("贷|授信|融资|信用社|放款|借")
_GIVES = re.compile(
    "发放|提供|授信|放款|投放|给予|贷出|批给|批复|批准|放贷|注入|贷给|审批|借给|办理|发给|放给|支持|放了款|批了|发了|贷了|垫了|打给|到账|续贷|增贷"
)
_TAKES = re.compile("获得|拿到|申请到|贷到|申请|取得|得到|收到|获批|借到|借了|贷了|贷款|办理了|办了|用|凭|获")
_FOR = re.compile("(?:为|向|给|给予|对|帮助|支持|给了|予|放到|打到|投给)[^，。]{0,8}$")
_GIVEN_TO = re.compile("(?:为|向|给|给了|帮)(她|他|该公司|公司|该企业|企业|合作社|该社|厂里)(?![们的员职])")
# 某某的工厂 is the firm that she leads.
_FIRM = re.compile("的(?:工厂|公司|企业|合作社|厂子?|店|农场|基地|工坊|工作室)")
_WITH = re.compile("(?:与|和|同)$")
_NOT_TAKER = re.compile("(?:向|从|与|和|在|对|到|为|给)[^，。]{0,4}$")
# An upper limit or a pot of money is no loan: 单户最高可贷30万元.
_LIMIT = re.compile("最高|最多|单户|每户|额度最|风险补偿|上限|不超过|可贷|贴息|年利率")


@dataclass(frozen=True, slots=True)
class Past:
    """What a text has told before a sentence: the sentences of its paragraph, and who (entity) leads which firm."""

    earlier: list[Sentence]
    led: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Loan:
    lender: int
    borrowers: tuple[int, ...]
    product: int | None
    distance: Distance


def loans(scene: Scene, vocabulary: Vocabulary, told: list[Clause], past: Past) -> Iterator[Relation]:
    """Yield the loans of one sentence."""
    sentence = told[0].sentence
    if not _LENDING.search(sentence.text) and SIGN["FinancialProduct"] not in sentence.text:
        if not any(_LENDING.search(s.text) or SIGN["FinancialProduct"] in s.text for s in past.earlier[-2:]):
            return
    for place, clause in enumerate(told):
        if denied(clause.text, len(clause.text), vocabulary) or _LIMIT.search(clause.text):
            continue
        loan = _loan(scene, told, place, past)
        if loan is not None:
            following = told[min(place + 1, len(told) - 1)]
            reach = sentence.text[clause.start : clause.end if _AMOUNT.search(clause.text) else following.end]
            yield from _relations(scene, vocabulary, clause, loan, reach)


def _loan(scene: Scene, told: list[Clause], place: int, past: Past) -> _Loan | None:
    clause = told[place]
    text = clause.text
    given = _given(scene, clause)
    if given and _GIVES.search(text):
        who, distance = tuple(given), Distance.OWN
    else:
        taken = _taker(scene, clause, past)
        if taken is None or not _TAKES.search(text) or not _AMOUNT.search(text):
            return None
        who, distance = (taken[0],), taken[1]
    lender, far = _lender(scene, told, place, past.earlier)
    if lender is None:
        return None
    products = [m for c in told for m in c.sentence.named(c.start, c.end) if scene.type_of(m) == "FinancialProduct"]
    product = products[0] if products and products[0] != lender else None
    return _Loan(lender, who, product, max(distance, far))


def _lender(scene: Scene, told: list[Clause], place: int, earlier: list[Sentence]) -> tuple[int | None, Distance]:
    """Return the bank of the clause, its sentence or those before, else the scheme."""
    sentence = told[place].sentence
    here = sentence.named(told[place].start, told[place].end)
    before = sentence.named(0, told[place].end)
    bank = [m for m in told[place].actors if scene.type_of(m) == "Bank"]
    if bank and told[place].actor_distance <= Distance.MEANT:
        return bank[0], told[place].actor_distance
    if re.search("该行|该银行|这家银行|[该这]家?支行", told[place].text):
        meant = scene.before(("Bank",), sentence.offsets[told[place].start])
        if meant:
            return meant[-1], Distance.MEANT
    for named, distance in ((here, Distance.OWN), (before, Distance.SENTENCE)):
        for kind in ("Bank", "FinancialProduct", "Alliance"):
            found = [m for m in named if scene.type_of(m) == kind and _lends(scene, m)]
            if found:
                return found[-1], distance
    if not _LENDING.search(told[place].text) and not _AMOUNT.search(told[place].text):
        return None, Distance.DOCUMENT
    for other in reversed(earlier[-2:]):
        named = list(other.slots.values())
        schemes = [m for m in named if scene.type_of(m) == "FinancialProduct" and _lends(scene, m)]
        banks = [m for m in named if scene.type_of(m) == "Bank"]
        if schemes or len({scene.entity_of.get(m, m) for m in banks}) == 1:
            return (schemes or banks)[-1], Distance.PARAGRAPH
    return None, Distance.DOCUMENT


def _lends(scene: Scene, mention: int) -> bool:
    """Say whether somebody so called lends: a fund that covers losses does not, nor does any alliance but of banks."""
    if scene.type_of(mention) == "Alliance":
        return re.search("银行|信贷|金融", scene.name_of(mention)) is not None
    return not scene.name_of(mention).endswith(("补偿金", "补贴", "助学金", "奖金", "奖学金", "经费", "保险"))


def _given(scene: Scene, clause: Clause) -> list[int]:
    """Return the borrowers of 为 X 提供, 向 X 发放, 批给了 X."""
    for start, end, gap in lists(clause.text):
        named = clause.sentence.named(clause.start + start, clause.start + end)
        signed = _WITH.search(gap) and re.search("授信|贷款|融资", clause.text[end:]) and _AMOUNT.search(clause.text)
        if _FOR.search(gap) or signed:
            found = [m for m in named if scene.type_of(m) in ("Company", "Person")]
            if found:
                return found
    meant = _GIVEN_TO.search(clause.text)
    kind = "Person" if meant and meant[1] in "她他" else "Company"
    return scene.before((kind,), clause.sentence.offsets[clause.start])[-1:] if meant else []


def _taker(scene: Scene, clause: Clause, past: Past) -> tuple[int, Distance] | None:
    """Return the firm or person that is the subject of the clause."""
    for start, end, gap in lists(clause.text):
        named = clause.sentence.named(clause.start + start, clause.start + end)
        takers = [m for m in named if scene.type_of(m) in ("Company", "Person")]
        firm = past.led.get(scene.entity_of.get(named[-1], -1)) if _FIRM.match(clause.text, end) else None
        if firm is not None:
            return firm, Distance.MEANT
        if takers and not _NOT_TAKER.search(gap) and not BELONGS.match(clause.text, end):
            return takers[-1], Distance.OWN
    topics = [m for m in clause.topics if scene.type_of(m) in ("Company", "Person")]
    return (topics[-1], clause.topic_distance) if topics and clause.topic_distance <= Distance.SENTENCE else None


def _relations(scene: Scene, vocabulary: Vocabulary, clause: Clause, loan: _Loan, reach: str) -> Iterator[Relation]:
    """Yield a loan to each borrower; an amount to several of them is not said of any one."""
    properties: dict[str, object] = {"amount_kind": kind_of(reach)}
    amount = money_in(reach)
    if amount is not None and len(loan.borrowers) == 1:
        properties["amount_cny"], properties["amount_bound"] = amount
    if loan.product is not None:
        properties["product"] = loan.product
    if any(scene.mentions[m].properties.get("group") for m in loan.borrowers) or "累计" in reach or "共" in reach:
        properties["aggregate"] = True
    if clause.day is not None:
        properties["as_of" if clause.day.until else "date"] = clause.day.value
    if planned(clause.sentence.text, clause.end, clause.end, vocabulary):
        properties["status"] = "planned"
    score = round(0.84 - PENALTY[loan.distance] - (0.0 if amount is not None else 0.1), 3)
    basis: Basis = "text" if loan.distance is Distance.OWN else "context"
    rule = f"money:{loan.distance.name.lower()}"
    for borrower in loan.borrowers:
        start, end = clause.sentence.span(clause.start, clause.end)
        for mention in (scene.mentions[loan.lender], scene.mentions[borrower]):
            if mention.start >= clause.sentence.offsets[0]:
                start, end = min(start, mention.start), max(end, mention.end)
        yield Relation("LENDS_TO", loan.lender, borrower, basis, start, end, score, rule, properties)


def kind_of(text: str) -> str:
    """Say what kind of amount a clause tells: a credit line, a balance or a loan paid."""
    return "credit_line" if "授信" in text else "balance" if "余额" in text else "loan"


def money_in(text: str) -> tuple[int, str] | None:
    """Return the first amount of a text in whole yuan with its bound."""
    for found in _AMOUNT.finditer(text):
        words = found[0] if re.search("[元圆]", found[0]) else found[0] + "元"
        try:
            quantity = parse_money(words)
        except DataError:
            continue
        if quantity.value is not None and quantity.bound is not None:
            return int(quantity.value), quantity.bound
    return None
