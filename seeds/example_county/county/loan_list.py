"""The finance office's loan list as the bank's program exports it: 银企对接贷款清单.csv in GB18030."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import Any

from county import dirt
from county.companies import companies, credit_code, name
from county.lending import BANKS, LOANS
from county.model import Thing, Tie, Value
from county.paper import AGAIN, NOTE, TOTAL, Paper
from county.xlsx import Sheet

FILE = "银企对接贷款清单.csv"
COLUMNS = "序号 金融机构 借款企业名称 统一社会信用代码 贷款品种 放款日期 贷款金额（万元） 授信额度（亿元）"
COLUMNS += " 贷款余额（元） 余额日期 备注"
LATER = "序号 借款企业名称 统一社会信用代码 金融机构 放款日期 贷款金额(万元) 贷款余额（元） 余额日期"
LATER += " 授信额度（亿元） 贷款品种 备注"
AMOUNTS = {"loan": "贷款金额（万元）", "credit_line": "授信额度（亿元）", "balance": "贷款余额（元）"}
UNREAD = ("岚江行", "榆月")  # its balance is said to stand elsewhere
TWICE = ("沧岚行", "昀岫")
TOGETHER = ("沧岚行", "颂禾")  # loan and balance in one row

Loan = tuple[str, str, str, str, int, str, str, str, str, str]


def loan_list(edition: str, folder: Path) -> tuple[Path, dict[str, Any], list[Thing], list[Tie]]:
    """Write the loan list of an edition; return it, what a load has to report, and what the list says."""
    headers = (COLUMNS if edition == "2026Q2" else LATER).split()
    paper = Paper(Sheet(Path(FILE).stem), headers)
    paper.above(["霁川县银企对接贷款清单（虚构示例）"], [], list(headers))
    loans = [x for x in LOANS if x[9] == edition and x[8] == "actual" and x[0] in BANKS and x[1] in _stems(edition)]
    for turn, rows in enumerate(_rows(loans), 1):
        for _ in range(1 + (rows[0][:2] == TWICE)):
            _entry(paper, turn, rows, edition)
        if turn == 6:
            paper.skip(AGAIN, list(headers))
    paper.skip(TOTAL, ["合计", None, f"{len(loans)}笔"])
    paper.above([])
    paper.skip(NOTE, ["备注：金额以各行上报为准，全部虚构。"])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [["" if c is None else c for c in row] for row in paper.sheet.rows]
    )
    path = folder / FILE
    path.write_bytes(text.getvalue().encode("gb18030"))
    told = paper.tally() | {"encoding": "GB18030"}
    told["not_understood"] = [f"{FILE}:{place.rpartition('!')[2].lstrip('ABCDEFGHIJK')}" for place in paper.lost]
    return path, {paper.sheet.name: told}, *_said(loans, edition)


def lending(ties: list[Tie]) -> dict[str, dict[str, int]]:
    """Count and add up loans, credit lines and balances, each kind apart; what two editions repeat counts once."""
    keys = ("valid_from", "as_of", "amount_cny", "amount_kind", "product")
    once = {(t.src, t.dst, *(t.values.get(k) for k in keys)): t for t in ties if t.type == "LENDS_TO"}
    counts: Counter[str] = Counter(str(tie.values["amount_kind"]) for tie in once.values())
    sums: Counter[str] = Counter()
    for tie in once.values():
        sums[str(tie.values["amount_kind"])] += int(str(tie.values["amount_cny"]))
    return {kind: {"count": counts[kind], "sum": sums[kind]} for kind in AMOUNTS}


def _stems(edition: str) -> set[str]:
    return {company.stem for company in companies(edition)}


def _rows(loans: list[Loan]) -> list[list[Loan]]:
    """Group what stands in one row: each statement, but of one firm a loan and its balance."""
    together = [loan for loan in loans if loan[:2] == TOGETHER]
    rest = [[loan] for loan in loans if loan[:2] != TOGETHER]
    return [*rest[:3], together, *rest[3:]] if together else rest


def _entry(paper: Paper, turn: int, rows: list[Loan], edition: str) -> None:
    first = rows[0]
    company = next(c for c in companies(edition) if c.stem == first[1])
    plain = credit_code(company.number)
    cells: dict[str, Any] = {
        "序号": turn,
        "金融机构": dirt.name(BANKS[first[0]][0], turn),
        "借款企业名称": dirt.name(name(company, edition), turn + 1),
        "统一社会信用代码": f'="{plain}"' if turn % 2 else dirt.code(plain, turn),
        "贷款品种": first[6] or None,
        "放款日期": dirt.text_day(first[2], turn) if first[2] else None,
        "余额日期": next((dirt.text_day(row[3], turn) for row in rows if row[3]), None),
    }
    header = {text.replace("(", "（").replace(")", "）"): text for text in paper.headers}
    for row in rows:
        cells[header[AMOUNTS[row[5]]]] = _money(row[4], row[5], turn)
    unread = first[:2] == UNREAD and header[AMOUNTS["balance"]]
    if unread:
        cells[unread] = "详见附表"
    key = tuple((*row[:4], *row[4:7]) for row in rows)
    paper.entry(key, cells, (unread,) if unread else ())


def _money(yuan: int, kind: str, turn: int) -> str:
    """Write an amount in the unit of its column, or in its own."""
    if turn % 4 == 3:
        return f"{yuan // 10_000}万元"
    if kind == "credit_line":
        return f"{yuan / 100_000_000:g}"
    if kind == "balance":
        return f"{yuan:,}"
    text = f"{yuan // 10_000:,}"
    return text.translate(dirt.WIDE) if turn % 4 == 2 else f"{text}.00" if turn % 4 == 1 else text


def _said(loans: list[Loan], edition: str) -> tuple[list[Thing], list[Tie]]:
    banks = [Thing("Bank", key, {"name": full, "level": level}) for key, (full, level, _) in BANKS.items()]
    things = [bank for bank in banks if bank.key in {loan[0] for loan in loans}]
    together = {loan[:2]: loan[2] for loan in loans if loan[:2] == TOGETHER and loan[2]}
    ties = []
    for lender, borrower, day, as_of, amount, kind, product, _, _, _ in loans:
        since = day or (together.get((lender, borrower)) if edition == "2026Q2" else None)
        values: dict[str, Value] = {"valid_from": since or None, "as_of": as_of or None, "amount_cny": amount}
        ties.append(Tie("LENDS_TO", lender, borrower, values | {"amount_kind": kind, "product": product or None}))
    return things, ties
