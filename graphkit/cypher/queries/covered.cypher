// zh: 谁以何种方式覆盖谁
// en: Who covers what, and in which mode
// $mode text = null · 组建方式：own、joint、party_led、hosted、co_built · mode: own, joint, party_led, hosted, co_built
// columns: organisation, form, mode, covered, covered_type
MATCH (w:Federation|MicroHome)-[c:COVERS]->(x)
WHERE c.status = 'actual' AND ($mode IS NULL OR c.mode = $mode)
RETURN w.name AS organisation, w.form AS form, c.mode AS mode, x.name AS covered, labels(x)[0] AS covered_type
ORDER BY organisation, covered, form, mode, covered_type
