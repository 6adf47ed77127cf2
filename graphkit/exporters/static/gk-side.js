/* The side panel: headline, legend that filters, gap list. */
function mark(n) {
  if (isGone(n)) return changeIcon('gone');
  if (n.year || n.gained) return shapeIcon(n.shape, n.year ? nodeColour(n) : C.plan, [3, 2]);
  const open = isUnit(n) && n.status && n.status !== 'covered', colour = open ? {gap: C.gap, unknown: C.unknown}[n.status] : n.more ? C.mut : nodeColour(n);
  return shapeIcon(n.more ? 'Company' : n.shape, colour || C.unit, open || n.more ? (n.status === 'unknown' ? [3.5, 2.5] : []) : null);
}

/* dash: null for a filled shape, else the dashes of a hollow one. */
function shapeIcon(shape, colour, dash) {
  const a = {d: D.shapes[shape], transform: 'scale(.72)', fill: dash ? 'none' : colour, 'fill-rule': 'evenodd'};
  if (dash) Object.assign(a, {stroke: colour, 'stroke-width': 3, 'stroke-dasharray': dash.join(' ') || 'none'});
  return svg('svg', {viewBox: '-9 -9 18 18', class: 'icon', 'aria-hidden': 'true'}, svg('path', a));
}

function lineIcon(mode) {
  const colour = modeColour(mode);
  return svg('svg', {viewBox: '0 0 34 14', class: 'line', 'aria-hidden': 'true'},
    svg('path', {d: 'M0 7H34', stroke: colour, 'stroke-width': 2.4, 'stroke-dasharray': modeDash(mode).join(' ') || 'none'}),
    svg('path', {d: D.shapes.Federation, transform: 'translate(17 7.4) scale(.6)', fill: colour, stroke: C.panel, 'stroke-width': 2}));
}

function boxes(id, group, items) {
  const box = $(id);
  box.parentNode.hidden = items.length < 2;
  refill(box, items.map(item => {
    const input = el('input', {type: 'checkbox', 'data-value': String(item.value)});
    input.checked = FILTER[group].has(item.value);
    input.addEventListener('change', () => {
      if (input.checked) FILTER[group].add(item.value);
      else FILTER[group].delete(item.value);
      filtersChanged();
    });
    return el('label', {title: item.title || null}, input, item.icon || null, el('span', {}, item.name), el('small', {}, String(item.count)));
  }));
}

const countUnits = test => UNITS.filter(test).length;

function renderLegend() {
  boxes('#f-status', 'status', OFFERS.status.map(s => ({value: s, name: T[s], count: countUnits(n => n.status === s),
    icon: s === 'covered' ? shapeIcon('Company', C.unit, null) : shapeIcon('Company', C[s], s === 'gap' ? [] : [3.5, 2.5])})));
  boxes('#f-mode', 'mode', OFFERS.mode.map(m => ({value: m, name: MODES.get(m).caption, icon: lineIcon(m), count: countUnits(n => n.status === 'covered' && n.mode === m)})));
  boxes('#f-form', 'form', OFFERS.form.map(f => ({value: f, name: D.forms.find(x => x.key === f).caption, count: countUnits(n => n.status === 'covered' && n.form === f)})));
  boxes('#f-chain', 'chain', OFFERS.chain.map(c => ({value: c, name: c < 0 ? T.no_chain : NODES[c].label.replace(/(.{2,})产业链$/, '$1'), count: chainTotal(c)})));
  boxes('#f-shape', 'shape', OFFERS.shape.map(s => ({value: s, name: D.shapeNames[s] || s, icon: shapeIcon(s, ORGANISATIONS.has(s) ? C.accent : C.unit, null),
    count: NODES.filter(n => n.shape === s && standIn(n) && !isCaption(n) && soon(n)).length})));
  renderSizes();
}

/* The units that are shown, as the record has them today. */
function headlineToday() {
  const h = {units: 0, covered: 0, gap: 0, unknown: 0};
  for (const n of shownUnits()) { h.units++; h[TODAY[n.i][0]]++; }
  return h;
}

/* Groups are counted in Python, and no filter changes them. */
const COUNTED = META.grouped && META.counted;
function renderKpi() {
  const units = shownUnits(), h = COUNTED ? META.headline : headline(units), known = h.covered + h.gap, kpi = $('#kpi');
  kpi.setAttribute('data-counts', JSON.stringify(h));
  kpi.setAttribute('data-interval', interval(h));
  if (!META.hasCoverage && !COUNTED) {
    refill(kpi, [el('div', {class: 'big'}, number(NODES.filter(n => standIn(n) && !HIDDEN.has(n.i)).length)), el('div', {class: 'kind'}, T.nodes_shown)]);
    return;
  }
  const bar = svg('svg', {viewBox: '0 0 240 10', class: 'bar', 'aria-hidden': 'true', preserveAspectRatio: 'none'});
  statusBar(svgPen(bar), 0.5, 5, 239, h, 8);
  refill(kpi, [
    el('div', {class: 'big'}, interval(h)),
    el('div', {class: 'kind'}, fill(T.interval_of, {units: number(h.units), kind: META.units})),
    PLAN.year ? el('div', {class: 'kind planned'}, fill(T.plan_state, {year: PLAN.year, now: interval(headlineToday())})) : null,
    bar,
    el('div', {class: 'kind'}, known ? fill(T.rate, {rate: percent(h.covered, known), known: number(known), units: number(h.units)}) : T.rate_null),
    h.women < 0 ? null : el('div', {class: 'kind'}, fill(T.women_headline, {covered: number(h.women_covered), women: number(h.women)}) + (h.women_unknown > 0 ? fill(T.women_unknown, {count: h.women_unknown}) : '')),
    META.notice ? el('div', {class: 'kind notice'}, META.notice) : null,
    anyFilter() ? el('button', {type: 'button', class: 'all', onclick: () => { resetFilters(); refresh(); }}, T.reset) : null,
  ]);
}

function renderGaps() {
  const gaps = META.hasCoverage ? shownGaps() : [], keys = gaps.filter(n => n.key === 'yes').length;
  $('#gaps').parentNode.hidden = !META.hasCoverage;
  $('#n-gaps').className = gaps.length ? '' : 'none';
  $('#tab-gaps').textContent = T.gap_list + ' ' + gaps.length;
  $('#tab-steps').textContent = T.plan_steps + ' ' + PLAN.steps.length;
  $('#tab-moves').textContent = T.since_title + ' ' + shownMoves().length;
  $('#n-gaps').textContent = gaps.length ? fill(T.gap_counts, {gaps: gaps.length, keys}) : T.no_gaps;
  refill($('#gaps'), firstRows(gaps, n => el('li', {}, el('button', {type: 'button', 'data-id': n.id, onclick: () => { setView('map'); select(n); }},
    shapeIcon(n.shape, C.gap, []), el('span', {class: 'name'}, cut(n.label, 30)), n.key === 'yes' ? el('mark', {}, T.key_short) : null,
    n.preparing ? el('mark', {class: 'soft'}, T.preparing) : null, el('span', {class: 'n'}, n.women === null ? '?' : n.women_text))), left => el('li', {class: 'kind'}, left)));
}

/* The circles are drawn at the scale of the picture, so that they can be compared with it. */
function renderSizes() {
  const sizes = $('#sizes'), known = UNITS.filter(n => n.women !== null).map(n => n.women).sort((a, b) => a - b);
  sizes.parentNode.hidden = known.length < 2;
  if (known.length < 2) return;
  const most = known[known.length - 1], steps = [...new Set([0.06, 0.25, 0.6, 1].map(s => rounded(most * s)))], children = [];
  const radius = women => Math.max(META.smallest, META.scale * Math.sqrt(women)), tall = radius(steps[steps.length - 1]);
  let x = 4;
  for (const women of steps) {
    const r = radius(women);
    children.push(svg('circle', {cx: x + r, cy: tall, r, fill: C.unit}));
    const label = svg('text', {x: x + r, y: 2 * tall + 13, 'font-size': 11, fill: C.mut, 'text-anchor': 'middle'});
    label.textContent = String(women);
    children.push(label);
    x += 2 * r + 22;
  }
  sizes.setAttribute('viewBox', '0 0 220 ' + (2 * tall + 18));
  sizes.style.height = 2 * tall + 18 + 'px';
  refill(sizes, children);
}

function rounded(v) {
  const step = Math.pow(10, Math.max(0, String(Math.floor(v)).length - 1)) / 2;
  return Math.max(1, Math.round(v / step) * step);
}

function renderTowns() {
  const towns = [...new Set(UNITS.map(townOf).filter(Boolean))].sort((a, b) => a.localeCompare(b, LANG_ZH ? 'zh-CN' : 'en'));
  const box = $('#f-town');
  refill(box, [''].concat(towns).map(t => el('option', {value: t}, t ? cut(t, 24) : T.all)));
  box.value = FILTER.town;
  box.disabled = !towns.length;
}

function filtersChanged() {
  select(null);
  refresh();
}

/* Gaps, the steps of a plan and what moved share the foot of the panel: tabs, if there is more than gaps. */
const FEET = ['gaps', 'steps', 'moves'];
function renderFoot() {
  const offered = {gaps: true, steps: PLAN.steps.length > 0, moves: SINCE !== null}, tabs = offered.steps || offered.moves;
  const open = offered[S.foot] ? S.foot : 'gaps';
  $('#tabs').hidden = !tabs;
  $('#gaps-head').hidden = tabs;
  for (const foot of FEET) {
    $('#tab-' + foot).hidden = !offered[foot];
    $('#tab-' + foot).setAttribute('aria-pressed', String(foot === open));
    $('#' + foot).hidden = foot !== open;
  }
  if (offered.steps) renderSteps();
  if (offered.moves) renderMoves();
}

function showFoot(foot) {
  S.foot = foot;
  renderFoot();
}

function renderSide() {
  renderKpi();
  renderYears();
  renderQuadrant();
  renderSince();
  renderLegend();
  renderGaps();
  renderFoot();
}
