/* What is filtered and chosen stands in the address after '#', by ids and not by places: a link keeps it, and it holds
   for the same map in another layout. Only what the page itself offers is read back. */
const HASH_GROUPS = Object.keys(OFFERS).filter(group => OFFERS[group].length);
const hashWord = (group, value) => value === '' || value === -1 ? 'none' : group === 'chain' ? NODES[value].id : String(value);

function stateText() {
  const told = new URLSearchParams();
  for (const group of HASH_GROUPS) {
    if (FILTER[group].size < OFFERS[group].length) told.set(group, OFFERS[group].filter(v => FILTER[group].has(v)).map(v => hashWord(group, v)).join(','));
  }
  if (FILTER.town) told.set('town', FILTER.town);
  if (FILTER.women > 0) told.set('women', String(FILTER.women));
  if (PLAN.year) told.set('year', String(PLAN.year));
  if (S.selected !== null && !MARKS[S.selected].more) told.set('node', MARKS[S.selected].id);
  return told.toString();
}

let reading = true; /* until the page has started: the first refresh must not overwrite what it is to obey */
function rememberState() {
  if (reading) return;
  const text = stateText();
  if (text === location.hash.slice(1)) return;
  /* A frame of a notebook has no address of its own. */
  try { history.replaceState(null, '', text ? '#' + text : location.href.replace(/#.*$/, '')); } catch (error) { reading = false; }
}

function readState() {
  const told = new URLSearchParams(location.hash.slice(1)), has = key => told.get(key) !== null;
  reading = true;
  resetFilters();
  for (const group of HASH_GROUPS) {
    if (!has(group)) continue;
    const words = new Set(told.get(group).split(','));
    FILTER[group] = new Set(OFFERS[group].filter(v => words.has(hashWord(group, v))));
  }
  if (has('town') && UNITS.some(n => townOf(n) === told.get('town'))) FILTER.town = told.get('town');
  if (has('women')) FILTER.women = Math.max(0, Number(told.get('women')) || 0);
  const year = Number(told.get('year')) || 0;
  if (PLAN.steps.length && year !== PLAN.year && year >= 0 && year <= D.plan.budgets.length) turnTo(year);
  select(null);
  refresh();
  const node = has('node') ? BY_ID.get(told.get('node')) : null;
  if (node && !HIDDEN.has(node.i)) select(node);
  reading = false;
}

function listenToAddress() {
  if (location.hash.length > 1) readState();
  reading = false;
  addEventListener('hashchange', () => { if (location.hash.slice(1) !== stateText()) readState(); });
}
