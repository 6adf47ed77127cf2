/* What both engines share: the lines and their styles, the view, what a click does. An engine (gk-vis.js or gk-canvas.js)
   brings `net` (getScale, getViewPosition, moveTo, redraw), SCALES, startEngine, restyle, forgetStyles and allLines. */
const holder = $('#net');
const CALM = matchMedia('(prefers-reduced-motion: reduce)').matches;
const TIE_LAYOUT = META.layout === 'chain';


const boxOf = n => isChevron(n) ? {width: n.room, height: 28} : isHead(n) ? headBox(n) : n.more ? {width: 46, height: 24} : {width: 2 * n.r + 6, height: 2 * n.r + 6};

/* Lines of the picture: in lanes the reasons, in tiers who stands under whom, among communities all facts; in a matrix
   none. The others appear with what is selected. */
const UNDER = new Set(['Region', 'Federation', 'MicroHome']);
function isAlways(e) {
  if (META.layout === 'tiers') return (e.type === 'PART_OF' || e.type === 'GUIDES') && UNDER.has(NODES[e.a].type) && UNDER.has(NODES[e.b].type);
  return META.layout === 'communities' || sumOf(e) > 0;
}

/* Lines between what is drawn; null where there is nothing to draw. `nth` of its pair: parallel lines bend apart. */
const bothDrawn = (a, b) => a !== b && drawn(NODES[a]) && drawn(NODES[b]);
function lineOfEdge(e, nth) {
  if (!bothDrawn(e.a, e.b)) return null;
  return {id: 'e' + e.i, a: e.a, b: e.b, mode: e.type === 'COVERS' && !GROUPS ? e.mode : null, planned: e.planned || e.year > 0, always: isAlways(e), never: GROUPS && !sumOf(e), sum: sumOf(e), nth: GROUPS ? 0 : nth || 0};
}

function lineOfTie(t) {
  if (!bothDrawn(t.unit, t.organisation)) return null;
  const worn = NODES[t.organisation].docked;
  return {id: 't' + t.i, a: t.unit, b: t.organisation, mode: t.mode, planned: !t.certain || t.year > 0, always: TIE_LAYOUT && !worn,
    derived: t.rule !== 'direct', never: worn || (!TIE_LAYOUT && t.rule === 'direct'), nth: 0};
}

function lineStyle(l) {
  const on = S.path ? S.lines.has(l.id) : l.always;
  const hidden = HIDDEN.has(l.a) || HIDDEN.has(l.b) || l.never || !(l.always || on);
  const strong = l.mode !== null && l.mode !== undefined && !(QUADRANT.paint && !S.path);
  const colour = strong ? modeColour(l.mode) : on && S.path ? C.accent : C.edge;
  return {hidden, colour, width: l.sum ? Math.min(9, 1 + 1.4 * Math.log2(l.sum)) : S.path && on ? 2.8 : strong ? (l.derived ? 1.3 : 2) : 1,
    opacity: S.path && !on ? 0.08 : strong ? (l.planned ? 0.5 : 0.9) : on && S.path ? 0.85 : 0.75,
    dash: strong && l.planned && !modeDash(l.mode).length ? [5, 4] : strong ? modeDash(l.mode) : l.planned ? [3, 4] : []};
}

/* Below the lines and marks: the ground, and what leads from the selection to others. */
function drawAids(pen) { drawHints(pen); drawDependants(pen); drawWalk(pen); }

/* Labels are drawn in screen pixels, above everything, so that they never shrink below what can be read. */
function drawOver(ctx) {
  const ratio = ctx.canvas.width / (ctx.canvas.clientWidth || 1);
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawLabels(canvasPen(ctx), currentLabels());
  drawSums(canvasPen(ctx), screenView());
  ctx.restore();
  ready();
}

function ready() {
  if (window.gkReady) return;
  window.gkReady = true;
  document.documentElement.setAttribute('data-ready', '');
}

function screenView() {
  const scale = net.getScale(), c = net.getViewPosition(), width = holder.clientWidth, height = holder.clientHeight;
  return {scale, width, height, at: n => ({x: (n.x - c.x) * scale + width / 2, y: (n.y - c.y) * scale + height / 2})};
}

function curve(a, b) {
  const lift = (b.y - a.y) * 0.5, sag = Math.abs(b.y - a.y) < 40 ? 70 : 0;
  return 'M' + a.x + ' ' + a.y + 'C' + a.x + ' ' + (a.y + lift + sag) + ' ' + b.x + ' ' + (b.y - lift + sag) + ' ' + b.x + ' ' + b.y;
}

function drawHints(pen) {
  if (S.selected === null || !S.hints.length) return;
  const from = standIn(MARKS[S.selected]);
  for (const h of S.hints) {
    const to = standIn(h);
    if (from && to) pen.path(curve(from, to), {stroke: C.gap, width: 1.8, dash: [2, 4], cap: 'round'});
  }
}

function fit(animated) {
  home = null;
  /* The line of help at the foot of the stage stays free. */
  const w = holder.clientWidth, h = holder.clientHeight - 24, scale = Math.min(w / (META.width + 8), h / (META.height + 8), 1.9);
  net.moveTo({position: {x: META.width / 2, y: META.height / 2 + 12 / scale}, scale, animation: animated && !CALM ? {duration: 300} : false});
}

/* Where the view was before a selection moved it; null once the user has moved it. */
let home = null;
const moved = () => { home = null; };

function glide(position, scale) { net.moveTo({position, scale, animation: CALM ? false : {duration: 250}}); }

function restoreView() {
  if (home) glide(home.position, home.scale);
  home = null;
}

function worldBox(marks) {
  const least = (key, sign) => marks.reduce((found, m) => Math.min(found, sign * m[key]), Infinity) * sign;
  return {x0: least('x', 1) - 30, x1: least('x', -1) + 30, y0: least('y', 1) - 24, y1: least('y', -1) + 34};
}

/* Bring a mark, and its path if that can be done, out from under the panel: move as little as needed, shrink if
   the path is longer than the free part of the stage, but never below the whole picture. */
function reveal(n, path) {
  const at = standIn(n), w = holder.clientWidth, h = holder.clientHeight, scale = net.getScale(), c = net.getViewPosition();
  if (!at) return;
  const free = {x0: 16, x1: w - ($('#panel').hidden || w < 900 ? 16 : 358), y0: 16, y1: h - 30};
  const least = Math.min(scale, (free.x1 - free.x0) / META.width, (free.y1 - free.y0) / META.height);
  const marks = [...(path || [])].map(i => standIn(MARKS[i])).filter(m => m && !HIDDEN.has(m.i)).concat(at);
  let box = worldBox(marks);
  const wanted = Math.min(scale, (free.x1 - free.x0) / (box.x1 - box.x0), (free.y1 - free.y0) / (box.y1 - box.y0)), next = Math.max(wanted, least);
  if (wanted < least) box = worldBox([at]);
  const centre = (low, high, from, to, middle, size) => {
    const half = (high - low) * next / 2, now = ((low + high) / 2 - middle) * scale + size / 2;
    return (low + high) / 2 - (Math.max(from + half, Math.min(to - half, now)) - size / 2) / next;
  };
  const x = centre(box.x0, box.x1, free.x0, free.x1, c.x, w), y = centre(box.y0, box.y1, free.y0, free.y1, c.y, h);
  if (Math.abs(x - c.x) * scale < 1 && Math.abs(y - c.y) * scale < 1 && next === scale) return;
  home = home || {position: c, scale};
  glide({x, y}, next);
}

const bounded = scale => Math.min(SCALES[1], Math.max(SCALES[0], scale));

function hideTip() { $('#tip').hidden = true; holder.style.cursor = ''; }

function showTip(n) {
  const tip = $('#tip'), q = screenView().at(n);
  tip.textContent = describe(n);
  tip.hidden = false;
  tip.style.left = Math.max(8, Math.min(q.x + n.r + 12, holder.clientWidth - 280)) + 'px';
  tip.style.top = Math.max(8, q.y - 14) + 'px';
  holder.style.cursor = 'pointer';
}

/* A click opens a mark, with Shift it is the other end of a path, beside every mark it closes. */
function clicked(n, shift) {
  const second = n && shift && S.selected !== null && n.i !== S.selected;
  if (second && mayEnd(n) && mayEnd(MARKS[S.selected])) showPaths(NODES[S.selected], n);
  else select(n);
}
