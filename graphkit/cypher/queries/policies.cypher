// zh: 政策文件与发文单位
// en: Policies and who issued them
// columns: policy, organisation, organisation_type, role
MATCH (o)-[r:ISSUED]->(p:Policy)
WHERE r.status <> 'proposed'
RETURN p.name AS policy, o.name AS organisation, labels(o)[0] AS organisation_type, r.role AS role
ORDER BY policy, organisation, organisation_type, role
