/* Labels: measured, cut to their room, and placed so that none lies on another. Zooming in uncovers more. */
const MEASURE = document.createElement('canvas').getContext('2d');
const WIDTH_OF = new Map();
function textWidth(s, size, weight) {
  const key = weight + '|' + s;
  if (!WIDTH_OF.has(key)) {
    MEASURE.font = weight + ' 100px ' + FONT;
    WIDTH_OF.set(key, MEASURE.measureText(s).width / 100);
  }
  return WIDTH_OF.get(key) * size;
}

/* Cut by halving, so that a name of sixty characters costs six measurements. */
function fitText(s, size, weight, room) {
  if (textWidth(s, size, weight) <= room) return s;
  let low = 0, high = s.length;
  while (low < high - 1) {
    const middle = (low + high) >> 1;
    if (textWidth(s.slice(0, middle) + '…', size, weight) <= room) low = middle;
    else high = middle;
  }
  return low ? s.slice(0, low) + '…' : '';
}

/* Who is labelled first where there is not room for all. */
function weightOf(n) {
  if (isUnit(n)) return {gap: n.key === 'yes' ? 60 : 40, unknown: 30}[n.status] || 34;
  if (isOrganisation(n)) return 50;
  return DEGREE[n.i] > 3 ? 20 + Math.min(9, DEGREE[n.i] / 4) : 10;
}
const LABEL_ORDER = NODES.filter(n => drawn(n) && n.room > 0 && !isCaption(n))
  .sort((a, b) => weightOf(b) - weightOf(a) || b.r - a.r || DEGREE[b.i] - DEGREE[a.i] || a.i - b.i);

/* A grid of boxes already taken, in screen pixels. */
function taken() {
  const cells = new Map(), step = 48;
  const over = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
  function each(box, visit) {
    for (let x = Math.floor(box.x0 / step); x <= Math.floor(box.x1 / step); x++) {
      for (let y = Math.floor(box.y0 / step); y <= Math.floor(box.y1 / step); y++) if (visit(x + ':' + y)) return true;
    }
    return false;
  }
  return {
    free: (box, own) => !each(box, key => (cells.get(key) || []).some(b => b.own !== own && over(b, box))),
    take: box => { each(box, key => { if (!cells.has(key)) cells.set(key, []); cells.get(key).push(box); return false; }); },
  };
}

/* view: scale and the screen position of a world point, and the size of the screen; among: who may be named, in order,
   and how many at most. */
function placeLabels(view, among, most) {
  const used = taken(), placed = [], left = [], chain = META.layout === 'chain', grid = META.layout !== 'communities';
  const shown = (among || LABEL_ORDER).filter(n => !HIDDEN.has(n.i) && onScreen(view, n));
  const first = shown.filter(n => S.path && S.path.has(n.i));
  /* What is lit may lie on what is dimmed: its names are what was asked for. */
  if (!chain) for (const n of first.length ? first : shown) if (!among || n.r * view.scale > 3) used.take(markBox(view, n));
  for (const n of first.length ? first.concat(shown.filter(n => !S.path.has(n.i))) : shown) {
    const label = placed.length < (most || Infinity) ? placeLabel(view, n, used, grid) : null;
    if (label) placed.push(label);
    else left.push(n);
  }
  return view.paper && grid ? placed.concat(left.map(n => smallPrint(view, n, used)).filter(Boolean)) : placed;
}

function onScreen(view, n) {
  const p = view.at(n);
  return p.x > -80 && p.y > -40 && p.x < view.width + 80 && p.y < view.height + 40;
}

function markBox(view, n) {
  const p = view.at(n), r = n.r * view.scale * 0.85;
  return {x0: p.x - r, x1: p.x + r, y0: p.y - r, y1: p.y + r, own: n.i};
}

const LEAST_SIZE = 10.5;
const labelSize = (view, n) => Math.max(LEAST_SIZE, Math.min(15, (isOrganisation(n) ? 12 : 11.8) * view.scale));

/* On paper a name that finds no room is written small below its mark: it can be searched, and read from near. */
const SMALL_PRINT = [5.6, 3.4];
function smallPrint(view, n, used) {
  const [most, least] = SMALL_PRINT, fitting = n.room / textWidth(n.label, 1, 400), size = Math.max(least, Math.min(most, fitting));
  const text = fitText(n.label, size, 400, n.room + 0.5), w = textWidth(text, size, 400), p = view.at(n), y = p.y + n.r + size * 0.8;
  const box = {x0: p.x - w / 2, x1: p.x + w / 2, y0: y - size * 0.5, y1: y + size * 0.5, own: n.i};
  if (!text || !used.free(box, n.i)) return null;
  used.take(Object.assign(box, {own: -1}));
  return {n, text, x: p.x, y, size, weight: 400, width: w, small: true};
}

/* Packed marks are named all or none: once there is room for four characters below each of them. */
const PACKED = META.layout === 'matrix' || META.layout === 'tiers', LEAST_ROOM = 46;

function placeLabel(view, n, used, grid) {
  if (PACKED && !BESIDE.has(n.i) && n.room * view.scale < LEAST_ROOM && !(S.path && lit(n))) return null;
  const weight = isOrganisation(n) || n.status === 'gap' ? 600 : 400, wanted = labelSize(view, n);
  const room = grid ? n.room * view.scale : Math.max(n.room, 92 * view.scale);
  const most = S.path && lit(n) ? Math.max(room, 150) : room;
  /* A name that has to be cut is written smaller first. */
  const size = textWidth(n.label, wanted, weight) <= most ? wanted : LEAST_SIZE, text = fitText(n.label, size, weight, most);
  /* A stub of two characters names nobody: such labels wait until there is room. */
  if (!text || (text !== n.label && text.length < 4)) return null;
  const w = textWidth(text, size, weight), p = view.at(n), r = (n.r + (isUnit(n) && n.key === 'yes' && n.status !== 'covered' ? 5 : 0)) * view.scale;
  const around = ['below', 'right', 'left', 'above'], own = BESIDE.has(n.i) ? 'right' : 'below', asked = PACKED && S.path && S.path.size < 15 && lit(n);
  for (const spot of !grid ? around : asked ? [own].concat(around) : [own]) {
    const c = spotCentre(spot, p, r, w, size);
    const box = {x0: c.x - w / 2 - 1, x1: c.x + w / 2 + 1, y0: c.y - size * 0.62, y1: c.y + size * 0.66, own: n.i};
    const inside = grid || (box.x0 > 0 && box.x1 < view.width);
    if (inside && used.free(box, n.i)) {
      used.take(Object.assign({}, box, {own: -1}));
      return {n, text, x: c.x, y: c.y, size, weight, width: w};
    }
  }
  return null;
}

function spotCentre(spot, p, r, w, size) {
  if (spot === 'right') return {x: p.x + r + w / 2 + 4, y: p.y};
  if (spot === 'left') return {x: p.x - r - w / 2 - 4, y: p.y};
  return {x: p.x, y: spot === 'below' ? p.y + r + size * 0.85 : p.y - r - size * 0.8};
}

/* A covered unit's label is underlined in the line style of its mode, a linked one's in the link's colour:
   the second channel beside the colour. */
function drawLabels(pen, placed) {
  for (const l of placed) {
    const n = l.n, alpha = lit(n) ? 1 : 0.16, fillColour = isUnit(n) && n.status === 'gap' && !painted(n) ? C.gap : isUnit(n) && n.status === 'unknown' ? C.mut : C.ink;
    pen.text(l.text, {x: l.x, y: l.y, size: l.size, weight: l.weight, fill: fillColour, halo: ground(n), haloWidth: l.small ? 1.2 : 3.2 * (l.grown || 1), alpha});
    const line = l.small ? null : painted(n) ? (n.linked === 'yes' ? {stroke: C.linked, dash: []} : null) : isUnit(n) && n.status === 'covered' ? {stroke: modeColour(n.mode), dash: modeDash(n.mode).map(v => v * 0.7)} : null;
    if (line) {
      const half = Math.max(11, Math.min(l.width / 2, 24));
      pen.path('M' + (l.x - half) + ' ' + (l.y + l.size * 0.68) + 'H' + (l.x + half), Object.assign({width: 1.7, alpha}, line));
    }
  }
}
