/* What is selected, and the path that lights up with it: unit -> organisation -> the organisations above it. */
const S = {selected: null, focus: null, path: null, lines: new Set(), hints: [], walk: null, foot: 'gaps'};
const PLACING = new Set(['LOCATED_IN', 'IN_INDUSTRY', 'PART_OF', 'FEEDS']);
const MAX_UP = 4, MAX_HINTS = 3;

function newPath() { return {nodes: new Set(), lines: new Set()}; }

/* Follow PART_OF upwards and GUIDES or ESTABLISHED backwards, among women's federations only. */
function climb(path, n, steps) {
  if (steps <= 0) return;
  for (const e of n.edges) {
    if (!SUPERIOR.has(e.type) || e.planned) continue;
    const up = e.type === 'PART_OF' ? (e.a === n.i ? e.b : -1) : (e.b === n.i ? e.a : -1);
    if (up < 0 || NODES[up].type !== 'Federation' || path.nodes.has(up)) continue;
    path.nodes.add(up);
    path.lines.add('e' + e.i);
    climb(path, NODES[up], steps - 1);
  }
}

/* In lanes the reason is one line; the facts it is made of are lines only where they are drawn anyway. */
function addTie(path, t) {
  path.nodes.add(t.unit).add(t.organisation);
  path.lines.add('t' + t.i);
  if (META.layout !== 'chain') for (const i of t.edges) path.lines.add('e' + i);
  for (const i of t.via) path.nodes.add(i);
  for (const i of t.edges) path.nodes.add(EDGES[i].a).add(EDGES[i].b);
}

/* What a place in the picture says already needs no line. */
const placedBy = e => ['chain', 'matrix'].includes(META.layout) ? PLACING.has(e.type) : META.layout === 'tiers' && PLACING.has(e.type) && e.type !== 'PART_OF';

function addNeighbours(path, n) {
  for (const e of n.edges) {
    if (placedBy(e)) continue;
    path.nodes.add(e.a).add(e.b);
    path.lines.add('e' + e.i);
  }
}

const belongs = (u, place) => place.type === 'Region' ? u.town === place.i : u.segments.includes(place.i) || (isHead(place) && u.chains.includes(place.i));

function pathOf(n) {
  const path = newPath();
  path.nodes.add(n.i);
  if (n.more) { for (const i of n.members) path.nodes.add(i); return path; }
  if (isCaption(n) || (n.type === 'Region' && META.layout === 'tiers')) {
    for (const u of shownUnits()) {
      if (!belongs(u, n)) continue;
      path.nodes.add(u.i);
      if (isChevron(n)) for (const t of u.ties) addTie(path, t);
    }
    if (META.layout === 'tiers') addNeighbours(path, n);
    return path;
  }
  for (const t of n.ties) {
    addTie(path, t);
    climb(path, NODES[t.organisation], MAX_UP);
    for (const s of NODES[t.unit].segments) path.nodes.add(s);
  }
  for (const s of n.segments) path.nodes.add(s);
  if (isOrganisation(n)) climb(path, n, MAX_UP);
  addNeighbours(path, n);
  for (const l of n.links) { path.nodes.add(l.resource); for (const b of l.brokers) path.nodes.add(b); }
  for (const u of dependantsOf(n)) path.nodes.add(u.i);
  return path;
}

/* For a gap: organisations that could take it in. First those shared by several units of its segment or town,
   then the federation of its town; another company's own federation is no help. */
function nearOrganisations(n) {
  const score = new Map(), add = (i, points) => { if (!HIDDEN.has(i)) score.set(i, Math.max(points, score.get(i) || 0)); };
  for (const u of UNITS) {
    const points = (u.town >= 0 && u.town === n.town ? 1 : 0) + (u.segments.some(s => n.segments.includes(s)) ? 2 : 0);
    if (u.i === n.i || !points) continue;
    for (const t of u.ties) if (t.certain && !t.year && sharedOrganisation(NODES[t.organisation])) add(t.organisation, 2 + points);
  }
  for (const o of NODES) if (n.town >= 0 && isOrganisation(o) && o.town === n.town && !o.ties.length && !o.planned && !o.group && !o.year) add(o.i, 1);
  return [...score.keys()].sort((a, b) => score.get(b) - score.get(a) || NODES[b].ties.length - NODES[a].ties.length || a - b)
    .slice(0, MAX_HINTS).map(i => NODES[i]);
}

const sharedOrganisation = o => o.ties.length > 1 || o.ties.some(t => t.mode === 'joint' || t.mode === 'hosted');

function select(n) {
  S.selected = n ? n.i : null;
  if (n) S.focus = n.i;
  S.path = null;
  S.lines = new Set();
  S.hints = [];
  S.walk = null;
  if (n) {
    const path = pathOf(n);
    S.path = path.nodes;
    S.lines = path.lines;
    if (n.status === 'gap') S.hints = nearOrganisations(n);
    for (const h of S.hints) S.path.add(h.i);
    /* A unit hidden in a '+n' cell is seen through that cell. */
    for (const i of [...S.path]) if (i < NODES.length && NODES[i].cell) S.path.add(NODES[i].cell.i);
  }
  restyle();
  showPanel(n);
  if (n) {
    announce(describe(n));
    reveal(n, S.path);
  } else restoreView();
  rememberState();
}

function announce(text) { $('#live').textContent = text; }

/* One line in words: the tooltip, and what a screen reader hears. */
function describe(n) {
  if (n.more) return fill(T.more_of, {count: n.members.length});
  if (GROUPS) return [cut(n.name, 120), META.counted ? headWords(headOf(n)) + (isWhole(headOf(n)) ? (LANG_ZH ? '，' : ', ') + interval(headOf(n)) : '') : countWord(headOf(n).units)].join(LANG_ZH ? '，' : ', ');
  const parts = [cut(n.name, 120), caption(n)].concat(n.type === 'Industry' ? [] : chainNames(n), n.type === 'Industry' ? [] : segmentNames(n), townOf(n) === n.name ? '' : townOf(n));
  if (isUnit(n)) {
    if (n.women !== null) parts.push(fill(T.women_count, {count: n.women_text}));
    parts.push(statusText(n));
  } else if (isOrganisation(n) && n.ties.length) parts.push(fill(T.covers_count, {count: new Set(n.ties.map(t => t.unit)).size}));
  if (n.planned) parts.push(T.planned);
  if (n.change) parts.push(changeText(n));
  if (n.year) parts.push(fill(T.plan_founded, {year: n.year}));
  if (isUnit(n) && n.linked) parts.push(n.linked === 'yes' ? T.linked : T.not_linked);
  return parts.filter(Boolean).join(LANG_ZH ? '，' : ', ');
}

function statusText(n) {
  if (!n.status) return '';
  if (n.status === 'covered') return (n.gained ? fill(T.plan_covered, {year: n.gained}) : T.covered) + (n.mode ? ' · ' + MODES.get(n.mode).caption : '');
  const marks = [n.status === 'gap' ? T.gap : T.unknown];
  if (n.key === 'yes') marks.push(T.key);
  if (n.preparing) marks.push(T.preparing);
  return marks.join(' · ');
}
