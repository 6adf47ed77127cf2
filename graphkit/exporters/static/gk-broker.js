/* What hangs on one node alone: the links lost without it, and the units that reach a resource only through it. */
const DEPENDANTS = new Map(rowsOf(D.dependants).map(d => [d.broker, d]));

function brokerBox(n) {
  const d = DEPENDANTS.get(n.i);
  if (!d) return null;
  const lost = fill(T.broker_lost, {lost: number(d.lost), pairs: number(d.pairs), share: percent(d.lost, d.pairs)});
  return el('section', {id: 'broker'}, el('h4', {}, T.broker), el('p', {}, lost),
    el('p', {class: 'kind'}, d.units.length ? fill(T.broker_units, {kind: linkKinds(), count: d.units.length}) : T.broker_no_unit),
    d.units.length ? shortList(d.units.map(u => el('li', {}, go(NODES[u]), el('span', {class: 'kind'}, ' ' + statusText(NODES[u]))))) : null);
}

const dependantsOf = n => DEPENDANTS.has(n.i) ? DEPENDANTS.get(n.i).units.map(i => NODES[i]) : [];

/* Dotted lines from the broker to each unit that hangs on it. */
function drawDependants(pen) {
  if (S.selected === null || S.walk || MARKS[S.selected].more) return;
  const from = standIn(MARKS[S.selected]);
  if (!from) return;
  for (const u of dependantsOf(NODES[S.selected])) {
    const to = standIn(u);
    if (to && to !== from && !HIDDEN.has(to.i)) pen.path(CURVED ? curve(to, from) : 'M' + to.x + ' ' + to.y + 'L' + from.x + ' ' + from.y, {stroke: C.linked, width: 1.8, dash: [2, 4], cap: 'round'});
  }
}
