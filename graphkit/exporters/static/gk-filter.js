/* Filters and what they leave: the headline is always counted over what can be seen. */
const FILTER = {status: new Set(), mode: new Set(), form: new Set(), chain: new Set(), shape: new Set(), link: new Set(), change: new Set(), town: '', women: 0};
const HIDDEN = new Set();
const UNITS = NODES.filter(isUnit);
const CHAIN_TOTALS = new Map();
function chainsIn(units) {
  const seen = new Set();
  for (const n of units) for (const c of n.chains.length ? n.chains : [-1]) seen.add(c);
  return [...seen];
}


/* What each group of boxes offers, in the order of the legend. */
const OFFERS = {
  status: META.hasCoverage ? ['covered', 'gap', 'unknown'] : [],
  mode: D.modes.map(m => m.key).filter(key => UNITS.some(n => n.status === 'covered' && n.mode === key) || modesPlanned.has(key)),
  form: D.forms.map(f => f.key).filter(key => UNITS.some(n => n.status === 'covered' && n.form === key) || formsPlanned.has(key)),
  chain: chainsIn(UNITS).sort((a, b) => (a < 0) - (b < 0) || chainTotal(b) - chainTotal(a)),
  shape: shapesDrawn(),
  link: UNITS.some(n => n.linked) ? ['yes', 'no'] : [],
  change: movesOffered(),
};

function chainTotal(chain) {
  if (!CHAIN_TOTALS.has(chain)) CHAIN_TOTALS.set(chain, UNITS.filter(n => inChain(n, chain)).length);
  return CHAIN_TOTALS.get(chain);
}

function inChain(n, chain) { return chain < 0 ? !n.chains.length : n.chains.includes(chain); }

function shapesDrawn() {
  const seen = new Map();
  for (const n of NODES) if (standIn(n) && !isCaption(n)) seen.set(n.shape, (seen.get(n.shape) || 0) + 1);
  return Object.keys(D.shapes).filter(shape => seen.has(shape));
}

/* A shape that the legend does not offer, because none of its nodes is drawn, cannot be filtered out: lists hold them. */
const shapeHidden = n => OFFERS.shape.includes(n.shape) && !FILTER.shape.has(n.shape);

function resetFilters() {
  for (const key of Object.keys(OFFERS)) FILTER[key] = new Set(OFFERS[key]);
  FILTER.town = '';
  FILTER.women = 0;
}

/* Units answer to every group; a covered unit of no recorded form cannot be filtered out by form. */
function unitPasses(n, except) {
  const asks = group => OFFERS[group].length && !(except && except.includes(group));
  if (asks('status') && !FILTER.status.has(n.status)) return false;
  if (asks('link') && FILTER.link.size < 2 && !FILTER.link.has(n.linked)) return false;
  if (asks('change') && !FILTER.change.has(n.change)) return false;
  if (n.status === 'covered') {
    if (OFFERS.mode.length && !FILTER.mode.has(n.mode)) return false;
    if (n.form && !FILTER.form.has(n.form)) return false;
  }
  if (shapeHidden(n)) return false;
  if (!(n.chains.length ? n.chains : [-1]).some(c => FILTER.chain.has(c))) return false;
  if (FILTER.town && townOf(n) !== FILTER.town) return false;
  return !(FILTER.women > 0) || (n.women !== null && n.women >= FILTER.women);
}

const anyFilter = () => FILTER.town !== '' || FILTER.women > 0
  || Object.keys(OFFERS).some(key => FILTER[key].size < OFFERS[key].length);

/* An organisation stays while one of its units does, and comes in its year; other nodes answer to their shape only. */
function othersPass(n) {
  if (!soon(n)) return false;
  if (isGone(n)) return gonePasses(n);
  if (isHead(n) && n.type === 'Region') return true;
  if (isCaption(n)) return !n.chains.length || FILTER.chain.has(n.chains[0]) || !OFFERS.chain.includes(n.chains[0]);
  if (shapeHidden(n)) return false;
  const units = n.ties.map(t => NODES[t.unit]);
  return !units.length || units.some(u => !HIDDEN.has(u.i));
}

/* What follows from the filters alone is counted once per change, not once per frame. */
const MEMORY = new Map();
function remembered(key, compute) {
  if (!MEMORY.has(key)) MEMORY.set(key, compute());
  return MEMORY.get(key);
}

function computeHidden() {
  HIDDEN.clear();
  MEMORY.clear();
  for (const n of UNITS) if (!unitPasses(n)) HIDDEN.add(n.i);
  for (const n of NODES) if (!isUnit(n) && !othersPass(n)) HIDDEN.add(n.i);
  for (const m of MORE) if (m.members.every(i => HIDDEN.has(i))) HIDDEN.add(m.i);
}

const shownUnits = () => remembered('units', () => UNITS.filter(n => !HIDDEN.has(n.i)));

/* The same counts as scene.headline() in Python: the browser tests compare them. */
function headline(units) {
  const h = {units: units.length, covered: 0, gap: 0, unknown: 0, key_gaps: 0, women: 0, women_covered: 0, women_unknown: 0};
  for (const n of units) {
    if (n.status in h) h[n.status]++;
    if (n.status === 'gap' && n.key === 'yes') h.key_gaps++;
    if (n.women === null) h.women_unknown++;
    else { h.women += n.women; if (n.status === 'covered') h.women_covered += n.women; }
  }
  return h;
}

function interval(h, digits) {
  if (!h.units) return '—';
  const low = percent(h.covered, h.units, digits), high = percent(h.covered + h.unknown, h.units, digits);
  return low === high ? low + ' %' : low + '–' + high + ' %';
}

/* Gaps in the order in which they should be closed, that of analysis.gaps() in Python: key candidates first, then those
   that may be, and within each many women first, unknown head counts last; names by code point. */
const KEY_ORDER = {yes: 0, unknown: 1, no: 2, '': 3};
const heads = n => n.women === null ? -1 : n.women;
const codeAt = (text, k) => { const code = text.charCodeAt(k); return code >= 0xd800 && code < 0xe000 ? code + 0x10000 : code; };
function byName(a, b) {
  const x = a.name, y = b.name;
  for (let k = 0; k < x.length && k < y.length; k++) if (x[k] !== y[k]) return codeAt(x, k) - codeAt(y, k);
  return x.length - y.length || (a.id < b.id ? -1 : 1);
}
const byUrgency = (a, b) => KEY_ORDER[a.key] - KEY_ORDER[b.key] || heads(b) - heads(a) || byName(a, b);
const shownGaps = () => remembered('gaps', () => shownUnits().filter(n => n.status === 'gap').sort(byUrgency));
