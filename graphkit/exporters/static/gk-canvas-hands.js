/* The grid behind picking and drawing, and what mouse, wheel and fingers do. */
const CELL = Math.max(40, Math.sqrt(META.width * META.height / Math.max(1, RANKED.length)));
const ACROSS = Math.max(1, Math.ceil(META.width / CELL)), DOWN = Math.max(1, Math.ceil(META.height / CELL));
const column = x => Math.min(ACROSS - 1, Math.max(0, Math.floor(x / CELL))), row = y => Math.min(DOWN - 1, Math.max(0, Math.floor(y / CELL)));
const STAMP = new Int32Array(RANKED.length);
let stamp = 0;

/* Each mark stands in every cell that its box touches: one run of ranks per cell. */
const CELLS_OF_MARKS = (() => {
  const start = new Int32Array(ACROSS * DOWN + 1), boxes = RANKED.map(n => {
    const box = boxOf(n);
    return [column(n.x - box.width / 2), column(n.x + box.width / 2), row(n.y - box.height / 2), row(n.y + box.height / 2)];
  });
  const each = visit => boxes.forEach(([x0, x1, y0, y1], k) => { for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) visit(y * ACROSS + x, k); });
  each(cell => { start[cell + 1]++; });
  for (let c = 0; c < ACROSS * DOWN; c++) start[c + 1] += start[c];
  const next = start.slice(), ranks = new Int32Array(start[ACROSS * DOWN]);
  each((cell, k) => { ranks[next[cell]++] = k; });
  return {start, ranks};
})();

/* Ranks of the marks in a box of the world that filters leave, in the order in which they are drawn. */
function marksIn(box) {
  const found = new Int32Array(RANKED.length), {start, ranks} = CELLS_OF_MARKS;
  let count = 0;
  stamp++;
  for (let y = row(box.y0); y <= row(box.y1); y++) {
    for (let k = start[y * ACROSS + column(box.x0)]; k < start[y * ACROSS + column(box.x1) + 1]; k++) {
      const rank = ranks[k];
      if (STAMP[rank] === stamp) continue;
      STAMP[rank] = stamp;
      if (!HIDDEN.has(RANKED[rank].i)) found[count++] = rank;
    }
  }
  return found.subarray(0, count).sort();
}

/* The mark under a point of the screen: one whose body is hit, else the nearest within a finger's reach. */
const REACH = {mouse: 5, pen: 7, touch: 14};
function markAt(px, py, reach) {
  const x = (px - VIEW.width / 2) / VIEW.scale + VIEW.x, y = (py - VIEW.height / 2) / VIEW.scale + VIEW.y, far = reach / VIEW.scale;
  let best = null, least = Infinity;
  for (const rank of marksIn({x0: x - far - CELL, x1: x + far + CELL, y0: y - far - CELL, y1: y + far + CELL})) {
    const n = RANKED[rank], box = boxOf(n), dx = Math.abs(x - n.x) - box.width / 2, dy = Math.abs(y - n.y) - box.height / 2;
    const away = isWritten(n) ? Math.max(dx, dy) : Math.sqrt((x - n.x) * (x - n.x) + (y - n.y) * (y - n.y)) - n.r;
    /* Of two that are hit, the one drawn later lies on top. */
    if (away <= far && (away <= 0 ? least > 0 || rank >= RANK[best.i] : away < least)) { best = n; least = away; }
  }
  return best;
}

const FINGERS = new Map();
const GRIP = {x: 0, y: 0, far: false, spread: 0};
const place = e => { const box = SURFACE.getBoundingClientRect(); return {x: e.clientX - box.left, y: e.clientY - box.top}; };

function zoomAt(px, py, factor) {
  const scale = bounded(VIEW.scale * factor), wx = (px - VIEW.width / 2), wy = (py - VIEW.height / 2);
  hideTip();
  moved();
  moves();
  look({x: VIEW.x + wx / VIEW.scale - wx / scale, y: VIEW.y + wy / VIEW.scale - wy / scale, scale});
}

/* Between all fingers that are down: their middle, and how far apart they are. */
function grip() {
  const all = [...FINGERS.values()], x = all.reduce((s, p) => s + p.x, 0) / all.length, y = all.reduce((s, p) => s + p.y, 0) / all.length;
  return {x, y, spread: all.length > 1 ? Math.hypot(all[0].x - all[1].x, all[0].y - all[1].y) : 0};
}

function fingerDown(e) {
  if (e.button > 0) return;
  FINGERS.set(e.pointerId, place(e));
  SURFACE.setPointerCapture(e.pointerId);
  Object.assign(GRIP, grip(), {far: FINGERS.size > 1 || GRIP.far && FINGERS.size > 1});
  cancelAnimationFrame(VIEW.glide);
  holder.focus({preventScroll: true});
}

function fingerMove(e) {
  if (!FINGERS.has(e.pointerId)) { point(e); return; }
  FINGERS.set(e.pointerId, place(e));
  const now = grip(), dx = now.x - GRIP.x, dy = now.y - GRIP.y;
  if (!GRIP.far && Math.abs(dx) + Math.abs(dy) < 4) return;
  hideTip();
  moved();
  moves();
  look({x: VIEW.x - dx / VIEW.scale, y: VIEW.y - dy / VIEW.scale, scale: VIEW.scale});
  if (now.spread && GRIP.spread) zoomAt(now.x, now.y, now.spread / GRIP.spread);
  Object.assign(GRIP, now, {far: true});
}

function fingerUp(e) {
  if (!FINGERS.has(e.pointerId)) return;
  const at = place(e);
  FINGERS.delete(e.pointerId);
  if (FINGERS.size) { Object.assign(GRIP, grip()); return; }
  if (!GRIP.far && e.type === 'pointerup') clicked(markAt(at.x, at.y, REACH[e.pointerType] || 5), e.shiftKey);
}

function point(e) {
  const at = place(e), n = e.pointerType === 'touch' ? null : markAt(at.x, at.y, REACH.mouse);
  if (n === VIEW.hover) return;
  VIEW.hover = n;
  if (n) showTip(n);
  else hideTip();
  ask();
}

function listenToPointer() {
  SURFACE.addEventListener('pointerdown', fingerDown);
  SURFACE.addEventListener('pointermove', fingerMove);
  for (const event of ['pointerup', 'pointercancel']) SURFACE.addEventListener(event, fingerUp);
  SURFACE.addEventListener('pointerleave', () => { if (VIEW.hover) { VIEW.hover = null; hideTip(); ask(); } });
  SURFACE.addEventListener('wheel', e => {
    const at = place(e), pixels = e.deltaY * (e.deltaMode === 1 ? 16 : e.deltaMode === 2 ? VIEW.height : 1);
    e.preventDefault();
    zoomAt(at.x, at.y, Math.exp(-Math.max(-240, Math.min(240, pixels)) * 0.0022));
  }, {passive: false});
}
