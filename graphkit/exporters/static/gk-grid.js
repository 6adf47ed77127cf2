/* Grids: towns by chains, and the administrative tiers. Cells count what is shown in them; heads are marks. */
const ROWS = D.rows, COLS = D.columns, CELLS = D.cells;
const ROW_OF = new Map(), COLUMN_OF = new Map();
if (META.layout === 'matrix') {
  for (const r of ROWS) if (r.node >= 0) ROW_OF.set(r.node, r);
  for (const c of COLS) if (c.node >= 0) COLUMN_OF.set(c.node, c);
}
const CELLS_OF = new Map();
for (const cell of CELLS) for (const key of ['row' + cell.row, 'column' + cell.column]) {
  if (!CELLS_OF.has(key)) CELLS_OF.set(key, []);
  CELLS_OF.get(key).push(cell);
}

const shownOf = cell => cell.members.map(i => NODES[i]).filter(n => !HIDDEN.has(n.i));
const cellHead = k => remembered('cell' + k, () => headline(shownOf(CELLS[k]).filter(isUnit)));
const box = (x, y, w, h) => 'M' + x + ' ' + y + 'H' + (x + w) + 'V' + (y + h) + 'H' + x + 'Z';

/* The counts of a whole row or column: units in its cells, each once. */
function totalOf(kind, k) {
  return remembered(kind + k, () => headline([].concat(...(CELLS_OF.get(kind + k) || []).map(shownOf)).filter(isUnit)));
}

/* Redder where more is open, grey where nothing is known: the tint says where to look first, the counts say why. */
function tintOf(h) {
  if (!h.units || !META.hasCoverage) return {fill: C.lane, alpha: 1};
  if (h.gap) return {fill: C.gap, alpha: 0.035 + 0.125 * h.gap / h.units};
  return h.unknown === h.units ? {fill: C.unknown, alpha: 0.12} : {fill: C.unit, alpha: 0.07};
}

/* Covered, gap and unknown, each with its own mark, so that the three numbers need no words. */
function drawCounts(pen, h, x, y, room) {
  const parts = !META.hasCoverage ? [['covered', h.units]] : [['covered', h.covered], ['gap', h.gap], ['unknown', h.unknown]];
  let at = x;
  for (const [status, count] of parts) {
    if (!count) continue;
    const text = number(count), w = 13 + textWidth(text, 11.5, 600) + 9, colour = {covered: C.unit, gap: C.gap, unknown: C.unknown}[status];
    if (at + w - 9 > x + room) return;
    pen.path(D.shapes.Company, Object.assign({x: at + 4, y, k: 0.4}, status === 'covered' ? {fill: colour} : {stroke: colour, width: 1.5, dash: status === 'gap' ? [] : [2, 1.6]}));
    pen.text(text, {x: at + 12, y: y + 0.5, size: 11.5, weight: 600, fill: status === 'unknown' ? C.mut : status === 'gap' ? C.gap : C.ink, anchor: 'left'});
    at += w;
  }
}

const countsUnits = column => column.kind === '' || column.kind === 'rest';

function drawMatrix(pen) {
  const left = COLS.length ? COLS[0].x : 0, right = META.width - 6;
  for (const r of ROWS) pen.path('M8 ' + r.y + 'H' + right, {stroke: C.line, width: 0.8});
  CELLS.forEach((cell, k) => {
    const r = ROWS[cell.row], c = COLS[cell.column], shown = shownOf(cell);
    if (!shown.length) return;
    const h = cellHead(k), units = countsUnits(c);
    pen.path(box(c.x + 2, r.y + 2, c.width - 4, r.height - 4), units ? tintOf(h) : {fill: C.lane});
    if (units) drawCounts(pen, h, c.x + 7, r.y + 11, c.width - 12);
    else pen.text(number(shown.length), {x: c.x + 7, y: r.y + 11.5, size: 11, fill: C.mut, anchor: 'left'});
  });
  pen.text(T.matrix_corner, {x: 14, y: 24, size: 12, fill: C.mut, anchor: 'left'});
  if (META.hasCoverage) pen.text(T.matrix_order, {x: 14, y: 43, size: 10.5, fill: C.mut, anchor: 'left'});
  ROWS.forEach((r, k) => { if (r.node < 0) drawRowHead(pen, r, k, T.no_place); });
  COLS.forEach((c, k) => { if (c.node < 0) drawColumnHead(pen, c, k, {rest: T.no_chain, organisations: T.shelf_organisations, resources: T.lane_resources}[c.kind]); });
  pen.path('M' + (left - 1) + ' 8V' + (META.height - 8), {stroke: C.line, width: 0.8});
}

/* A town: its name and its count, below that the interval and what is open. */
function drawRowHead(pen, r, k, name, alpha) {
  const h = totalOf('row', k), right = COLS[0].x - 10, count = !h.units ? '' : META.hasCoverage ? h.covered + '/' + h.units : String(h.units);
  const taken = count ? textWidth(count, 12.5, 600) + 8 : 0, y = r.y + Math.min(15, r.height / 2 - 8) + 1;
  pen.text(fitText(name, 13.5, 700, right - 14 - taken), {x: 14, y, size: 13.5, weight: 700, fill: C.ink, anchor: 'left', alpha});
  if (!count) return;
  pen.text(count, {x: right, y, size: 12.5, weight: 600, fill: C.ink, anchor: 'right', alpha});
  if (!META.hasCoverage) return;
  const open = [h.gap ? T.gap_short + ' ' + h.gap : '', h.key_gaps ? T.key_short + ' ' + h.key_gaps : ''].filter(Boolean).join(' · ');
  const low = y + 16.5, room = right - 14 - textWidth(open, 11, h.key_gaps ? 700 : 400) - 6;
  pen.text(fitText(interval(h, 0), 11, 400, room), {x: 14, y: low, size: 11, fill: C.mut, anchor: 'left', alpha});
  if (open) pen.text(open, {x: right, y: low, size: 11, weight: h.key_gaps ? 700 : 400, fill: C.gap, anchor: 'right', alpha});
}

function drawColumnHead(pen, c, k, name, alpha) {
  const x = c.x + 7, room = c.width - 14, suffix = /^(.{2,})(产业链|产业)$/.exec(name);
  pen.text(fitText(suffix ? suffix[1] : name, 14, 700, room), {x, y: 19, size: 14, weight: 700, fill: C.ink, anchor: 'left', alpha});
  const h = totalOf('column', k);
  if (!countsUnits(c)) {
    const all = [].concat(...(CELLS_OF.get('column' + k) || []).map(shownOf)).length;
    pen.text(number(all), {x, y: 39, size: 11.5, fill: C.mut, anchor: 'left', alpha});
    return;
  }
  const told = META.hasCoverage ? h.covered + '/' + h.units + '  ' + interval(h, 0) : String(h.units);
  pen.text(fitText(told, 11.5, 400, room), {x, y: 39, size: 11.5, fill: C.mut, anchor: 'left', alpha});
  if (META.hasCoverage) statusBar(pen, x, 55, room, h, 6);
}

function drawHead(pen, n, alpha, hot) {
  const row = ROW_OF.get(n.i), column = COLUMN_OF.get(n.i);
  if (hot) pen.path(row ? box(8, row.y + 2, COLS[0].x - 12, row.height - 4) : box(column.x + 2, 6, column.width - 4, 60), {stroke: C.focus, width: 2.2});
  if (row) drawRowHead(pen, row, ROWS.indexOf(row), n.label, alpha);
  else drawColumnHead(pen, column, COLS.indexOf(column), n.label, alpha);
}

const headBox = n => ROW_OF.has(n.i) ? {width: n.room, height: ROW_OF.get(n.i).height - 2} : {width: n.room, height: 62};
const shelfAt = y => ROWS.findIndex(r => y >= r.y && y <= r.y + r.height);

/* Shelves from the nation down; below the towns each column is one region. */
function drawTiers(pen) {
  const right = META.width - 4, units = ROWS.find(r => r.kind === 'units');
  ROWS.forEach((r, k) => {
    pen.path(box(4, r.y, right - 4, r.height), {fill: k % 2 ? C.lane2 : C.lane, stroke: C.line, width: 0.8});
    const name = T['shelf_' + r.kind] || D.tierNames[r.kind] || r.kind;
    pen.text(fitText(name, 12.5, 700, 80), {x: 14, y: r.y + 19, size: 12.5, weight: 700, fill: C.ink, anchor: 'left'});
    if (r.kind !== 'units' || !META.hasCoverage) return;
    const h = totalOf('row', k);
    pen.text(h.covered + '/' + h.units, {x: 14, y: r.y + 38, size: 12.5, weight: 600, fill: C.ink, anchor: 'left'});
    if (r.height > 66) pen.text(interval(h, 0), {x: 14, y: r.y + 55, size: 11, fill: C.mut, anchor: 'left'});
  });
  const packed = ROWS.filter(r => T['shelf_' + r.kind]);
  for (const r of packed) for (const c of COLS) pen.path('M' + c.x + ' ' + (r.y + 3) + 'V' + (r.y + r.height - 3), {stroke: C.line, width: 0.8});
  CELLS.forEach((cell, k) => {
    const r = ROWS[cell.row], c = COLS[cell.column], shown = shownOf(cell);
    if (!shown.length) return;
    if (r !== units) { pen.text(number(shown.length), {x: c.x + 7, y: r.y + 11.5, size: 10.5, fill: C.mut, anchor: 'left'}); return; }
    const h = cellHead(k);
    pen.path(box(c.x + 1.5, r.y + 1.5, c.width - 3, r.height - 3), tintOf(h));
    drawCounts(pen, h, c.x + 7, r.y + 11, c.width - 10);
  });
  if (!packed.length) return;
  for (const c of COLS) {
    const name = c.node < 0 ? T.no_place : c.kind === 'own' ? fill(T.own_level, {name: NODES[c.node].label}) : '';
    if (name) pen.text(fitText(name, 11, 400, c.width - 4), {x: c.x + c.width / 2, y: packed[0].y - 9, size: 11, fill: C.mut});
  }
}
