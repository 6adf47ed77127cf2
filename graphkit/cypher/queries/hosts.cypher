// zh: 妇联组织依托在哪里
// en: Where women's organisations are hosted
// columns: organisation, organisation_type, host, host_type, mode
MATCH (w:Federation|MicroHome)-[h:HOSTED_BY]->(x)
WHERE h.status <> 'proposed'
RETURN w.name AS organisation, labels(w)[0] AS organisation_type, x.name AS host, labels(x)[0] AS host_type,
       h.mode AS mode
ORDER BY organisation, host, organisation_type, host_type, mode
