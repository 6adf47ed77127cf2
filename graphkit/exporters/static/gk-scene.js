/* The scene as it came from Python: columns become rows once, then nothing here changes again. */
const D = JSON.parse(document.getElementById('gk-data').textContent);
const T = D.ui, META = D.meta, LANG_ZH = META.lang === 'zh';
const $ = selector => document.querySelector(selector);

function rowsOf(columns) {
  const names = Object.keys(columns), rows = [];
  for (let i = 0; i < columns[names[0]].length; i++) {
    const row = {i};
    for (const name of names) row[name] = columns[name][i];
    rows.push(row);
  }
  return rows;
}

const NODES = rowsOf(D.nodes), EDGES = rowsOf(D.edges), TIES = rowsOf(D.ties), LINKS = rowsOf(D.links);
const STATEMENTS = rowsOf(D.statements), LANES = D.lanes, SOURCES = D.sources;
const MODES = new Map(D.modes.map(m => [m.key, m]));
const ORGANISATIONS = new Set(['Federation', 'MicroHome']);
const PLACES = new Set(['Region', 'Industry']);
const SUPERIOR = new Set(['PART_OF', 'GUIDES', 'ESTABLISHED']);
/* '+12' cells are marks like nodes: they can be hit, focused and opened. */
const MORE = D.more.map((m, k) => ({i: NODES.length + k, id: 'more-' + k, more: true, type: 'more', shape: 'more',
  x: m.x, y: m.y, r: 13, room: 60, members: m.members, name: '+' + m.members.length, label: '+' + m.members.length}));
const MARKS = NODES.concat(MORE);
const BY_ID = new Map(MARKS.map(n => [n.id, n]));
const isUnit = n => n.unit;
const isOrganisation = n => ORGANISATIONS.has(n.type);
const isChevron = n => n.type === 'Industry' && META.layout === 'chain' && n.x !== null;
const drawn = n => n.x !== null;

/* Neighbours by edge, reasons by unit and by organisation, facts by element. */
for (const n of NODES) { n.edges = []; n.ties = []; n.facts = []; n.links = []; n.cell = null; }
for (const e of EDGES) {
  NODES[e.a].edges.push(e);
  if (e.b !== e.a) NODES[e.b].edges.push(e);
  e.facts = [];
}
for (const t of TIES) { NODES[t.unit].ties.push(t); NODES[t.organisation].ties.push(t); }
for (const l of LINKS) NODES[l.unit].links.push(l);
for (const f of rowsOf(D.facts)) (f.element < NODES.length ? NODES[f.element] : EDGES[f.element - NODES.length]).facts.push(f);
for (const m of MORE) for (const i of m.members) NODES[i].cell = m;
for (const n of NODES) n.orgMode = isOrganisation(n) ? onlyMode(n) : null;

/* An organisation wears the colour of its mode if all its reasons (or COVERS edges) agree on one. */
function onlyMode(n) {
  const modes = new Set(n.ties.map(t => t.mode));
  if (!modes.size) for (const e of n.edges) if (e.type === 'COVERS' && e.a === n.i && !PLACES.has(NODES[e.b].type)) modes.add(e.mode);
  return modes.size === 1 ? modes.values().next().value : null;
}

/* Where a mark can be seen: at its own place, or at the '+n' cell that stands for it. */
const standIn = n => drawn(n) ? n : n.cell;
const caption = n => n.more ? T.more : D.shapeNames[n.shape] || D.typeNames[n.type] || n.type;
const townOf = n => n.town >= 0 ? NODES[n.town].name : '';
const chainNames = n => (n.chains || []).map(c => NODES[c].name);
const segmentNames = n => (n.segments || []).map(s => NODES[s].name);
const number = v => v.toLocaleString(LANG_ZH ? 'zh-CN' : 'en-GB');
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
const cut = (text, length) => text.length > length ? text.slice(0, length - 1) + '…' : text;

/* DOM only by textContent: nothing that a name holds is ever read as HTML. */
function el(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const key of Object.keys(attributes || {})) {
    const value = attributes[key];
    if (key === 'class') e.className = value || '';
    else if (key.startsWith('on')) e.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined) e.setAttribute(key, value);
  }
  for (const child of children) if (child !== null && child !== undefined) e.append(child);
  return e;
}

const SVG = 'http://www.w3.org/2000/svg';
function svg(tag, attributes, ...children) {
  const e = document.createElementNS(SVG, tag);
  for (const key of Object.keys(attributes || {})) e.setAttribute(key, attributes[key]);
  for (const child of children) e.append(child);
  return e;
}

function refill(parent, children) {
  while (parent.firstChild) parent.removeChild(parent.firstChild);
  for (const child of children) if (child !== null && child !== undefined) parent.append(child);
}

/* The digits that Python prints: at most one decimal, halves to even, and only nothing is 0 and only all is 100. */
function percent(part, all, digits) {
  const scale = digits === 0 ? 100 : 1000, floor = Math.floor(scale * part / all), rest = scale * part - floor * all;
  let value = floor + (2 * rest > all || (2 * rest === all && floor % 2) ? 1 : 0);
  if (part > 0 && part < all) value = Math.min(scale - 1, Math.max(1, value));
  if (scale === 100) return String(value);
  return value % 10 ? (value / 10).toFixed(1) : String(value / 10);
}
