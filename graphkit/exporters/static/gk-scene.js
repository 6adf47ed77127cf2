/* The scene as it came from Python: columns become rows once, then nothing here changes again. */
const D = JSON.parse(document.getElementById('gk-data').textContent);
const T = D.ui, META = D.meta, LANG_ZH = META.lang === 'zh';
const $ = selector => document.querySelector(selector);

/* A column as it was before Python wrote it short (shorthand.py). */
function wholeColumn(c) {
  if (c === null || typeof c !== 'object' || Array.isArray(c)) return c;
  if (c.count) return new Array(c.count).fill(c.all);
  if (c.of) return c.at.map(k => c.of[k]);
  if (c.one) return wholeColumn(c.one).map(k => k < 0 ? [] : [k]);
  if (c.by) { let sum = 0; return c.by.map(step => (sum += step)); }
  const at = wholeColumn(c.at);
  return wholeColumn(c.tail).map((number, k) => c.head[at[k]] + number);
}

/* Columns stay columns: a row is a number that reads its place in each of them, so that 100,000 rows cost little. */

function rowsOf(columns) {
  class Row { constructor(i) { this.i = i; } }
  const names = Object.keys(columns), rows = [];
  for (const name of names) {
    const column = columns[name] = wholeColumn(columns[name]);
    Object.defineProperty(Row.prototype, name, {get() { return column[this.i]; }, set(value) { column[this.i] = value; }});
  }
  for (let i = 0; i < columns[names[0]].length; i++) rows.push(new Row(i));
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
/* A town or a chain at the edge of a matrix: a mark that is written, not drawn. */
const isHead = n => META.layout === 'matrix' && n.x !== null && PLACES.has(n.type);
const isCaption = n => isChevron(n) || isHead(n);
const BESIDE = new Set(D.beside);
const CURVED = META.layout === 'chain' || META.layout === 'tiers';
const drawn = n => n.x !== null;

/* What hangs on each owner: one run of row numbers per owner, made into rows when somebody asks. */
function runsOf(owners, ...columns) {
  const start = new Int32Array(owners + 1), twice = (k, c) => c > 0 && columns[0][k] === columns[1][k], count = columns[0].length;
  columns.forEach((column, c) => { for (let k = 0; k < count; k++) if (!twice(k, c)) start[column[k] + 1]++; });
  for (let i = 0; i < owners; i++) start[i + 1] += start[i];
  const next = start.slice(), rows = new Int32Array(start[owners]);
  for (let k = 0; k < count; k++) columns.forEach((column, c) => { if (!twice(k, c)) rows[next[column[k]]++] = k; });
  return {start, rows};
}

function lazily(proto, name, runs, rows, shift) {
  const own = '_' + name;
  Object.defineProperty(proto, name, {
    get() {
      if (this[own]) return this[own];
      const found = [], at = this.i + (shift || 0);
      for (let k = runs.start[at]; k < runs.start[at + 1]; k++) found.push(rows[runs.rows[k]]);
      return (this[own] = found);
    },
    set(value) { this[own] = value; },
  });
}

/* Neighbours by edge, reasons by unit and by organisation, facts by element. */
const FACTS = rowsOf(D.facts), OF_NODE = NODES.length ? Object.getPrototypeOf(NODES[0]) : {}, OF_EDGE = EDGES.length ? Object.getPrototypeOf(EDGES[0]) : {};
const FACT_RUNS = runsOf(NODES.length + EDGES.length, D.facts.element);
lazily(OF_NODE, 'edges', runsOf(NODES.length, D.edges.a, D.edges.b), EDGES);
lazily(OF_NODE, 'ties', runsOf(NODES.length, D.ties.unit, D.ties.organisation), TIES);
lazily(OF_NODE, 'links', runsOf(NODES.length, D.links.unit), LINKS);
lazily(OF_NODE, 'facts', FACT_RUNS, FACTS);
lazily(OF_EDGE, 'facts', FACT_RUNS, FACTS, NODES.length);
OF_NODE.cell = OF_NODE.orgMode = null;
/* Edges of the record: what a plan adds does not make a node weightier. */
const DEGREE = new Int32Array(NODES.length);
for (let k = 0; k < EDGES.length; k++) {
  if (D.edges.year[k]) continue;
  DEGREE[D.edges.a[k]]++;
  if (D.edges.b[k] !== D.edges.a[k]) DEGREE[D.edges.b[k]]++;
}
for (const m of MORE) for (const i of m.members) NODES[i].cell = m;
for (const n of NODES) if (isOrganisation(n)) n.orgMode = onlyMode(n);

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

/* A browser is slow with tens of thousands of rows, and nobody reads them: the first, and how many are left. */
const MOST_ROWS = 500;
function firstRows(rows, row, rest) {
  const made = rows.slice(0, MOST_ROWS).map(row);
  return rows.length > MOST_ROWS ? made.concat(rest(fill(T.more_rows, {count: number(rows.length - MOST_ROWS)}))) : made;
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
