// zh: 一份政策规定了什么
// en: What a policy provides for
// $policy text = null · 政策名称 · name of the policy
// columns: policy, measure, action, target, target_type
MATCH (p:Policy)-[r:PROVIDES_FOR]->(x)
WHERE r.status <> 'proposed' AND ($policy IS NULL OR p.name = $policy)
RETURN p.name AS policy, r.measure AS measure, r.action AS action, x.name AS target, labels(x)[0] AS target_type
ORDER BY policy, measure, action, target, target_type
