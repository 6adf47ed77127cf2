// zh: 谁向谁放贷
// en: Who lends to whom
// $above whole = 0 · 金额不低于（元）；未说明金额的一并列出 · amount in CNY at least; those without an amount are listed too
// columns: lender, borrower, amount_cny, amount_bound, amount_kind, date
MATCH (l)-[r:LENDS_TO]->(b)
WHERE r.status <> 'proposed' AND coalesce(r.amount_cny, $above) >= $above
RETURN l.name AS lender, b.name AS borrower, r.amount_cny AS amount_cny, r.amount_bound AS amount_bound,
       r.amount_kind AS amount_kind, r.valid_from AS date
ORDER BY lender, borrower, date, amount_cny, amount_bound, amount_kind
