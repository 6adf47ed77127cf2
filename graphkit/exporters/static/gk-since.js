/* An earlier record under the present one: which units were covered since, lost, newly listed, listed no more. */
const SINCE = D.since ? {first: D.since.first, last: D.since.last, moves: rowsOf(D.since.moves)} : null;
const MOVE_OF = new Map(SINCE ? SINCE.moves.map(m => [m.unit, m]) : []);
const CHANGES = ['gained', 'lost', 'new', 'gone', 'other'];
const CHANGE_MARKS = {gained: 'M0 -7L7 5.5H-7Z', lost: 'M0 7L-7 -5.5H7Z', new: 'M-2 -7H2V-2H7V2H2V7H-2V2H-7V-2H-2Z',
  gone: 'M-6.4 -4.2L-4.2 -6.4L0 -2.2L4.2 -6.4L6.4 -4.2L2.2 0L6.4 4.2L4.2 6.4L0 2.2L-4.2 6.4L-6.4 4.2L-2.2 0Z', other: 'M0 -7L7 0L0 7L-7 0Z'};
const changeColour = change => ({gained: C.plan, lost: C.gap, new: C.focus, gone: C.mut, other: C.unknown})[change];
const isGone = n => n.change === 'gone';
const movesOffered = () => SINCE ? CHANGES.filter(change => NODES.some(n => n.change === change)).concat('') : [];

/* A unit that is listed no more answers to the filters like a unit, but is counted nowhere. */
function gonePasses(n) {
  if (!FILTER.change.has('gone') || shapeHidden(n)) return false;
  if (!(n.chains.length ? n.chains : [-1]).some(c => FILTER.chain.has(c) || !OFFERS.chain.includes(c))) return false;
  if (FILTER.town && townOf(n) !== FILTER.town) return false;
  return !(FILTER.women > 0) || (n.women !== null && n.women >= FILTER.women);
}

/* All that moved and passes the filters: by kind, then in the order in which gaps are closed. */
const shownMoves = () => remembered('moves', () => NODES.filter(n => n.change && !HIDDEN.has(n.i))
  .sort((a, b) => CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change) || byUrgency(a, b)));

/* Gaps that are covered now, and gaps that were none then. */
function gapsSince() {
  const told = {closed: 0, opened: 0};
  for (const n of shownMoves()) {
    const m = MOVE_OF.get(n.i);
    if (m.first === 'gap' && m.last === 'covered') told.closed++;
    if (m.last === 'gap' && m.first !== 'gap') told.opened++;
  }
  return told;
}

const changeWord = change => change ? T['change_' + change] : T.since_same;
const statusWord = status => status === 'not_listed' ? T.not_listed : T[status];
function changeText(n) {
  const m = MOVE_OF.get(n.i);
  return m ? changeWord(n.change) + (LANG_ZH ? '（' : ' (') + statusWord(m.first) + ' → ' + statusWord(m.last) + (LANG_ZH ? '）' : ')') : '';
}

function nextChange() {
  if (!SINCE) return;
  const moves = shownMoves();
  if (!moves.length) { announce(T.since_none); return; }
  select(moves[(moves.findIndex(n => n.i === S.selected) + 1) % moves.length]);
}

/* --- how it is drawn: a mark at the left shoulder (stars are worn at the right), its form as telling as its colour - */
function drawChange(pen, n, alpha) {
  const k = Math.max(0.42, Math.min(0.62, n.r / 15)), low = n.gained && n.r >= 11.5, d = CHANGE_MARKS[n.change];
  const x = n.x - n.r * 0.75 - 2, y = n.y + (n.r * 0.75 + 1) * (low ? 1 : -1);
  pen.path(d, {x, y, k, alpha, stroke: ground(n), width: 2.6});
  pen.path(d, {x, y, k, alpha, fill: changeColour(n.change)});
}

function drawGone(pen, n, d, at) {
  pen.path(d, Object.assign({}, at, {k: n.r / 10, fill: ground(n), stroke: C.mut, width: 1.1, dash: [1.6, 2]}));
  pen.path(CHANGE_MARKS.gone, Object.assign({}, at, {k: n.r / 14, fill: C.mut}));
}

function changeIcon(change) {
  return svg('svg', {viewBox: '-9 -9 18 18', class: 'icon', 'aria-hidden': 'true'},
    svg('path', change ? {d: CHANGE_MARKS[change], fill: changeColour(change)} : {d: 'M-5 0H5', stroke: C.mut, 'stroke-width': 2}));
}

/* --- what the side and the panel say ----------------------------------------------------------------------------- */
function renderSince() {
  const box = $('#f-change').parentNode;
  box.hidden = !SINCE;
  if (!SINCE) return;
  $('#since-head').textContent = fill(T.since, {date: SINCE.first || T.latest});
  boxes('#f-change', 'change', OFFERS.change.map(change => ({value: change, name: changeWord(change), icon: changeIcon(change),
    count: NODES.filter(n => n.change === change && (isUnit(n) || isGone(n))).length})));
  box.hidden = false;
  $('#since-gaps').textContent = fill(T.since_gaps, gapsSince());
  box.setAttribute('data-gaps', JSON.stringify(gapsSince()));
}

function renderMoves() {
  const rows = [];
  let last = null;
  for (const n of shownMoves().slice(0, MOST_ROWS)) {
    if (n.change !== last) rows.push(el('li', {class: 'year'}, changeIcon(last = n.change), changeWord(n.change)));
    const m = MOVE_OF.get(n.i);
    rows.push(el('li', {}, el('button', {type: 'button', 'data-id': n.id, title: statusWord(m.first) + ' → ' + statusWord(m.last), onclick: () => openNode(n)},
      mark(n), el('span', {class: 'name'}, cut(n.label, 30)), el('small', {}, D.since.causes[m.cause]))));
  }
  if (shownMoves().length > MOST_ROWS) rows.push(el('li', {class: 'kind'}, fill(T.more_rows, {count: number(shownMoves().length - MOST_ROWS)})));
  refill($('#moves'), rows.length ? rows : [el('li', {class: 'kind'}, T.since_none)]);
}

function changeBox(n) {
  const m = MOVE_OF.get(n.i);
  if (!m) return null;
  const between = m.middle === m.first || m.middle === m.last ? null : el('div', {class: 'kind'}, fill(T.since_middle, {status: statusWord(m.middle)}));
  return el('div', {class: 'box since'}, el('b', {}, changeWord(n.change)), statusWord(m.first) + ' → ' + statusWord(m.last),
    el('div', {class: 'kind'}, [fill(T.since, {date: SINCE.first || T.latest}), D.since.parts[m.part], D.since.causes[m.cause]].filter((word, k, all) => all.indexOf(word) === k).join(' · ')),
    between, isGone(n) ? el('div', {class: 'kind'}, T.since_gone_why) : null);
}
