// zh: 一个组织的合作方
// en: Partners of organisations
// $name text = null · 组织名称 · name of the organisation
// columns: organisation, partner, partner_type, context, since
MATCH (o)-[r:PARTNERS_WITH]-(x)
WHERE r.status = 'actual' AND ($name IS NULL OR o.name = $name)
RETURN o.name AS organisation, x.name AS partner, labels(x)[0] AS partner_type, r.context AS context,
       r.valid_from AS since
ORDER BY organisation, partner, partner_type, context, since
