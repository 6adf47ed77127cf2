/* Covered, gap, unknown by linked and not linked: counts over what is shown, a filter, and a way to colour. */
const QUADRANT = {paint: false, cell: null};
const LINK_STATES = ['yes', 'no'];
const linkWords = {yes: T.linked, no: T.not_linked};
const linkKinds = () => META.linkKinds.map(kind => D.typeNames[kind] || kind).join(LANG_ZH ? '或' : ' or ');
const hasLinks = UNITS.some(n => n.linked);
const painted = n => QUADRANT.paint && isUnit(n) && n.linked !== '';
const linkColour = n => n.linked === 'yes' ? C.linked : C.unlinked;

/* The same counts as analysis.quadrant() in Python when nothing is filtered. */
function quadrantOf(units) {
  const told = {};
  for (const status of OFFERS.status) for (const link of LINK_STATES) told[status + ':' + link] = 0;
  for (const n of units) if (n.status + ':' + n.linked in told) told[n.status + ':' + n.linked]++;
  return told;
}

/* The cell that the filters leave, if they leave one only. */
function onlyCell() {
  const one = key => FILTER[key].size === 1 ? FILTER[key].values().next().value : null;
  return one('status') && one('link') ? one('status') + ':' + one('link') : null;
}

function chooseCell(status, link) {
  const same = onlyCell() === status + ':' + link;
  FILTER.status = new Set(same ? OFFERS.status : [status]);
  FILTER.link = new Set(same ? OFFERS.link : [link]);
  filtersChanged();
  const h = headline(shownUnits());
  announce((same ? T.all : T[status] + ' · ' + linkWords[link]) + (LANG_ZH ? '，' : ', ') + h.units);
  $('#quadrant [data-cell="' + status + ':' + link + '"]').focus();
}

/* Counted over the units that pass every other filter, so that a chosen cell leaves the other five readable. */
function renderQuadrant() {
  const box = $('#quadrant'), shown = hasLinks && META.hasCoverage;
  box.parentNode.hidden = !shown;
  if (!shown) return;
  const told = quadrantOf(UNITS.filter(n => unitPasses(n, ['status', 'link']))), only = onlyCell();
  box.setAttribute('data-counts', JSON.stringify(told));
  $('#quadrant-hint').textContent = fill(T.linked_hint, {kind: linkKinds(), hops: META.linkHops});
  const head = el('tr', {}, el('td', {}), ...LINK_STATES.map(link => el('th', {scope: 'col'}, linkMark(link), linkWords[link])));
  refill(box, [head].concat(OFFERS.status.map(status => el('tr', {}, el('th', {scope: 'row'}, T[status]), ...LINK_STATES.map(link =>
    el('td', {}, el('button', {type: 'button', 'data-cell': status + ':' + link, 'aria-pressed': String(only === status + ':' + link),
      'aria-label': T[status] + ' · ' + linkWords[link] + ' ' + told[status + ':' + link], onclick: () => chooseCell(status, link)},
    String(told[status + ':' + link]))))))));
  $('#paint').checked = QUADRANT.paint;
}

/* Linked units have their own colour and an underlined name, so that the colour says nothing alone. */
function linkMark(link) {
  const colour = link === 'yes' ? C.linked : C.unlinked;
  return svg('svg', {viewBox: '-6 -6 12 14', class: 'dot', 'aria-hidden': 'true'}, svg('circle', {r: 4.4, cy: -0.6, fill: colour}),
    ...(link === 'yes' ? [svg('path', {d: 'M-6 7H6', stroke: colour, 'stroke-width': 2})] : []));
}

function paintLinks(on) {
  QUADRANT.paint = on;
  restyle();
  renderSide();
  announce(T.quadrant_paint + (on ? ' ✓' : ' ✗'));
}

/* What the panel says of a unit that is linked to nothing. */
function notLinked(n) {
  if (n.linked !== 'no') return null;
  return el('section', {}, el('h4', {}, T.nearest), el('p', {class: 'kind'}, fill(T.not_linked_why, {hops: META.linkHops, kind: linkKinds()})));
}
