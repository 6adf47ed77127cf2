/* A plan over the record: which organisations it founds, and the state of every unit after each of its years. */
const PLAN = {year: 0, budgets: D.plan ? D.plan.budgets : [], steps: D.plan ? rowsOf(D.plan.steps) : [], changes: D.plan ? rowsOf(D.plan.changes) : [], bars: D.plan ? rowsOf(D.plan.bars) : []};
const STATE = ['status', 'mode', 'form', 'rule', 'preparing'];
const TODAY = !D.plan ? [] : NODES.map(n => STATE.map(name => n[name]));
const STEP_OF = new Map(PLAN.steps.map(s => [s.organisation, s]));
const soon = n => n.year <= PLAN.year;
const modesPlanned = new Set(PLAN.changes.map(c => c.mode)), formsPlanned = new Set(PLAN.changes.map(c => c.form));

/* Year 0 is the record as it stands. Reasons and relations of what is not founded yet are not there yet. */
function stateAfter(year) {
  PLAN.year = year;
  for (const n of NODES) {
    STATE.forEach((name, k) => { n[name] = TODAY[n.i][k]; });
    n.gained = 0;
    n.ties = n.allTies.filter(t => t.year <= year);
    n.edges = n.allEdges.filter(e => e.year <= year);
  }
  for (const c of PLAN.changes) {
    if (c.year > year) continue;
    const n = NODES[c.unit];
    for (const name of STATE) n[name] = c[name];
    if (n.status === 'covered' && TODAY[n.i][0] !== 'covered' && !n.gained) n.gained = c.year;
  }
}

OF_NODE.gained = 0;
if (D.plan) {
  for (const n of NODES) { n.allTies = n.ties; n.allEdges = n.edges; }
  stateAfter(0);
}

const planWords = () => PLAN.year ? fill(T.plan_after_long, {year: PLAN.year}) : T.plan_today;

function turnTo(year) {
  if (year === PLAN.year) return;
  stateAfter(year);
  if (year) S.foot = 'steps';
  if (S.focus !== null && S.focus < NODES.length && !soon(NODES[S.focus])) S.focus = null;
  select(null);
  refresh();
  announce(fill(T.plan_announce, Object.assign(headline(shownUnits()), {when: planWords()})));
}

function nextYear() {
  if (PLAN.steps.length) turnTo((PLAN.year + 1) % (PLAN.budgets.length + 1));
}

function openStep(step) {
  setView('map');
  if (step.year > PLAN.year) turnTo(step.year);
  openNode(NODES[step.organisation]);
}

/* --- what the side panel says ------------------------------------------------------------------------------- */
function renderYears() {
  const box = $('#years');
  box.parentNode.hidden = !PLAN.steps.length;
  if (!PLAN.steps.length) return;
  refill(box, [0].concat(PLAN.budgets.map((_, k) => k + 1)).map(year => el('button', {type: 'button', 'data-year': year,
    'aria-pressed': String(year === PLAN.year), onclick: () => { turnTo(year); $('#years [data-year="' + year + '"]').focus(); }},
  year ? fill(T.plan_after, {year}) : T.plan_today)));
  refill($('#plan-key'), [
    el('span', {}, planIcon('Company'), T.plan_key_unit), el('span', {}, planIcon('Federation'), T.plan_key_organisation)]);
}

function planIcon(shape) {
  return svg('svg', {viewBox: '-9 -9 18 18', class: 'icon', 'aria-hidden': 'true'}, svg('path', {d: D.shapes[shape], transform: 'scale(.72)',
    fill: shape === 'Company' ? C.planwash : 'none', stroke: C.plan, 'stroke-width': 2.4, 'stroke-dasharray': '3.2 2'}));
}

function renderSteps() {
  const rows = [];
  PLAN.budgets.forEach((budget, k) => {
    const mine = PLAN.steps.filter(s => s.year === k + 1), sum = name => mine.reduce((total, s) => total + (name === 'units' ? s.units.length : s[name]), 0);
    rows.push(el('li', {class: 'year'}, fill(T.plan_year_tasks, {year: k + 1, cost: sum('cost'), budget, units: sum('units')})));
    if (!mine.length) rows.push(el('li', {class: 'kind'}, T.plan_year_none));
    for (const s of mine) rows.push(stepRow(s));
  });
  refill($('#steps'), rows);
}

function stepRow(s) {
  const o = NODES[s.organisation], done = s.year <= PLAN.year;
  return el('li', {}, el('button', {type: 'button', 'data-id': o.id, class: done ? null : 'later', onclick: () => openStep(s)},
    shapeIcon(o.shape, modeColour(s.mode), [3, 2]), el('span', {class: 'name'}, cut(o.label, 30)),
    el('small', {}, MODES.get(s.mode).caption), el('span', {class: 'n'}, '+' + s.units.length)));
}

/* --- what the panel says of a planned organisation, and of a unit that the plan covers ------------------------ */
function stepBox(n) {
  const s = STEP_OF.get(n.i);
  if (!s) return null;
  const told = fill(T.plan_units, {count: s.units.length, women: number(s.women)}) + (s.uncounted ? fill(T.plan_uncounted, {count: s.uncounted}) : '');
  return el('div', {class: 'box plan'}, el('b', {}, fill(T.plan_founded, {year: s.year})), told,
    el('div', {class: 'kind'}, [s.town, fill(T.plan_cost, {cost: s.cost}), s.loss ? fill(T.plan_loss, {count: s.loss}) : ''].filter(Boolean).join(' · ')),
    el('div', {class: 'kind'}, T.plan_not_source), el('div', {class: 'links'}, ...s.units.map(u => go(NODES[u]))));
}

function plannedFor(n) {
  if (!D.plan || !isUnit(n) || TODAY[n.i][0] === 'covered') return null;
  const steps = PLAN.steps.filter(s => s.units.includes(n.i)), bar = PLAN.bars.find(b => b.unit === n.i);
  if (bar) return el('div', {class: 'box'}, el('b', {}, T.plan_barred), bar.text);
  if (!steps.length) return n.status === 'gap' ? el('div', {class: 'box'}, el('b', {}, T.plan), T.plan_left) : null;
  return el('div', {class: 'box plan'}, el('b', {}, fill(T.plan_covered, {year: steps[0].year})), MODES.get(steps[0].mode).caption,
    el('div', {class: 'kind'}, T.plan_not_source),
    el('div', {class: 'links'}, ...steps.map(s => go(NODES[s.organisation]))));
}
