// zh: 每个放贷方：笔数、借款方数、金额合计（合计数除外）
// en: Each lender: loans, borrowers, and the sum of amounts (aggregates left out)
// columns: lender, loans, borrowers, amount_cny
MATCH (l)-[r:LENDS_TO]->(b)
WHERE r.status <> 'proposed' AND coalesce(r.aggregate, false) = false AND coalesce(b.group, false) = false
WITH l, count(r) AS loans, count(DISTINCT b) AS borrowers, sum(r.amount_cny) AS amount_cny
RETURN l.name AS lender, loans, borrowers, amount_cny
ORDER BY lender, loans, borrowers, amount_cny
