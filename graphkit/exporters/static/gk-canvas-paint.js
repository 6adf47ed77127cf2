/* What a frame of the canvas engine is made of: ground, lines within a budget, marks as shapes or, from afar, as dots. */
const LINE_BUDGET = {rest: 36000, moving: 5000};
const GROUND = {big: META.layout === 'communities' && NODES.length > 1200, canvas: null, hidden: -1};

/* --- ground: the islands of many nodes are painted once, then laid under every frame ------------------------------ */
function drawGround() {
  if (!GROUND.canvas || GROUND.of !== MEMORY.get('islands')) paintGround();
  CTX.drawImage(GROUND.canvas, -GROUND.edge, -GROUND.edge, META.width + 2 * GROUND.edge, META.height + 2 * GROUND.edge);
}

function paintGround() {
  const edge = 40, w = META.width + 2 * edge, h = META.height + 2 * edge, k = Math.min(1, 1500 / Math.max(w, h)), reach = Math.max(34, 2.2 / k);
  const canvas = el('canvas', {width: Math.ceil(w * k), height: Math.ceil(h * k)}), ctx = canvas.getContext('2d');
  ctx.setTransform(canvas.width / w, 0, 0, canvas.height / h, 0, 0);
  D.islands.forEach((members, island) => {
    ctx.fillStyle = islandTint(island);
    ctx.beginPath();
    for (const i of members) {
      if (HIDDEN.has(i)) continue;
      const n = NODES[i];
      ctx.moveTo(n.x + edge + reach, n.y + edge);
      ctx.arc(n.x + edge, n.y + edge, reach, 0, 2 * Math.PI);
    }
    ctx.fill();
  });
  Object.assign(GROUND, {canvas, edge, of: remembered('islands', () => ({}))});
}

/* --- lines: those that are always there, by look; a frame draws a sample if they are more than its budget ---------- */
const ALWAYS = new Map();
function addAlways(look, a, b) {
  const key = look.mode + '|' + look.planned + '|' + (look.derived || false);
  if (!ALWAYS.has(key)) ALWAYS.set(key, {look: Object.assign({}, look, {always: true, never: false}), ends: []});
  ALWAYS.get(key).ends.push(a, b);
}
if (META.layout !== 'matrix') {
  for (const e of EDGES) if (isAlways(e) && bothDrawn(e.a, e.b)) addAlways({mode: e.type === 'COVERS' ? e.mode : null, planned: e.planned || e.year > 0}, e.a, e.b);
  if (TIE_LAYOUT) for (const t of TIES) { const l = lineOfTie(t); if (l && l.always) addAlways(l, l.a, l.b); }
}
for (const bundle of ALWAYS.values()) bundle.ends = Int32Array.from(bundle.ends);

/* Which nodes filters leave, and how each bundle of lines looks: asked once per change, not once per frame. */
const OPEN = new Uint8Array(NODES.length);
function dressLines() {
  for (let i = 0; i < NODES.length; i++) OPEN[i] = HIDDEN.has(i) ? 0 : 1;
  const path = S.path, lines = S.lines;
  for (const bundle of ALWAYS.values()) {
    /* The look without a selection; what is lit is drawn over it, line by line. */
    S.path = null;
    bundle.style = lineStyle(Object.assign({}, bundle.look, {a: -1, b: -1}));
    S.path = path;
    S.lines = lines;
  }
}

/* A line is worth drawing if its box crosses the screen; among very many only if one of its ends can be seen. */
function visibleEnds(bundle, box) {
  const ends = bundle.ends, found = new Int32Array(ends.length), least = 1.2 / VIEW.scale, wide = box.x1 - box.x0;
  let count = 0, ink = 0;
  for (let k = 0; k < ends.length; k += 2) {
    const i = ends[k], j = ends[k + 1];
    if (!OPEN[i] || !OPEN[j]) continue;
    const a = RANK[i], b = RANK[j], x0 = MX[a], y0 = MY[a], x1 = MX[b], y1 = MY[b];
    if ((x0 < box.x0 && x1 < box.x0) || (x0 > box.x1 && x1 > box.x1) || (y0 < box.y0 && y1 < box.y0) || (y0 > box.y1 && y1 > box.y1)) continue;
    if (Math.abs(x1 - x0) < least && Math.abs(y1 - y0) < least) continue;
    if (GROUND.big && (x0 < box.x0 || x0 > box.x1 || y0 < box.y0 || y0 > box.y1) && (x1 < box.x0 || x1 > box.x1 || y1 < box.y0 || y1 > box.y1)) continue;
    found[count++] = a;
    found[count++] = b;
    ink += Math.min(wide, Math.abs(x1 - x0)) + Math.min(wide, Math.abs(y1 - y0));
  }
  return {ends: found.subarray(0, count), ink};
}

function paintLines() {
  const box = viewBox(4), bundles = [...ALWAYS.values()].map(bundle => Object.assign({style: bundle.style}, visibleEnds(bundle, box)));
  const total = bundles.reduce((sum, b) => sum + b.ends.length / 2, 0), ink = bundles.reduce((sum, b) => sum + b.ink, 0) * VIEW.scale, budget = VIEW.moving ? LINE_BUDGET.moving : LINE_BUDGET.rest;
  /* Many lines lie on each other: each is drawn fainter, so that the groups under them can still be seen. */
  const stride = 2 * Math.max(1, Math.ceil(total / budget)), cover = 2 * ink / stride / (VIEW.width * VIEW.height);
  const faint = Math.min(1, Math.max(0.06, 0.3 / cover));
  for (const {style, ends} of bundles) {
    CTX.beginPath();
    for (let k = 0; k < ends.length; k += stride) {
      const a = ends[k], b = ends[k + 1];
      CTX.moveTo(MX[a], MY[a]);
      if (CURVED) curveTo(a, b);
      else CTX.lineTo(MX[b], MY[b]);
    }
    CTX.globalAlpha = (S.path ? 0.08 : style.opacity) * faint;
    CTX.strokeStyle = style.colour;
    CTX.lineWidth = Math.max(style.width, 0.7 / VIEW.scale);
    CTX.setLineDash(VIEW.moving || total > 4000 ? [] : style.dash);
    CTX.stroke();
  }
  CTX.setLineDash([]);
  CTX.globalAlpha = 1;
  if (S.path && !GROUND.big) drawLitLines(canvasPen(CTX));
}

function curveTo(a, b) {
  const lift = (MY[b] - MY[a]) * 0.5, sag = Math.abs(MY[b] - MY[a]) < 40 ? 70 : 0;
  CTX.bezierCurveTo(MX[a], MY[a] + lift + sag, MX[b], MY[b] - lift + sag, MX[b], MY[b]);
}

const MOST_LIT = 4000;
function drawLitLines(pen) {
  let count = 0;
  for (const id of S.lines) {
    const l = lineOf(id), s = l && lineStyle(l);
    if (!s || s.hidden || count++ > MOST_LIT) continue;
    const a = NODES[l.a], b = NODES[l.b];
    pen.path(CURVED ? curve(a, b) : 'M' + a.x + ' ' + a.y + 'L' + b.x + ' ' + b.y,
      {stroke: s.colour, width: Math.max(s.width, 1.2 / VIEW.scale), dash: s.dash, alpha: s.opacity * Math.min(1, 300 / S.lines.size + 0.35)});
  }
}

/* --- marks -------------------------------------------------------------------------------------------------------- */
const LOOK = new Uint8Array(RANKED.length);
let LOOKS = [];

/* From afar a mark is a dot in its colour; hollow if it is open. */
function dotOf(n) {
  const open = isUnit(n) && n.status && n.status !== 'covered';
  if (open) return {hollow: true, colour: painted(n) ? linkColour(n) : n.gained ? C.plan : C[n.status]};
  return {hollow: n.planned || n.year > 0, colour: n.more ? C.line : nodeColour(n)};
}

function dressMarks() {
  const numbers = new Map();
  LOOKS = [];
  RANKED.forEach((n, k) => {
    const dot = dotOf(n), key = dot.hollow + dot.colour;
    if (!numbers.has(key)) { numbers.set(key, LOOKS.length); LOOKS.push(dot); }
    LOOK[k] = numbers.get(key);
  });
}

/* How large a mark has to be on the screen to be drawn with its shape: the more are seen, the larger. */
function shapeFrom(count) {
  return count <= 2500 ? 3 : count <= 6000 ? 5 : 8;
}

const isWritten = n => n.more || isCaption(n);

function paintMarks(pen, seen) {
  const least = shapeFrom(seen.length), dots = LOOKS.map(() => []), shapes = [];
  for (let k = 0; k < seen.length; k++) {
    const rank = seen[k];
    if (MR[rank] * VIEW.scale >= least || isWritten(RANKED[rank])) shapes.push(rank);
    else dots[LOOK[rank]].push(rank);
  }
  paintDots(dots);
  worldTransform();
  for (const rank of shapes) drawNode(pen, RANKED[rank], VIEW.hover === RANKED[rank]);
  paintLit(pen, least);
}

/* Dots of one look are one path; what is not lit is a second, fainter one. */
function paintDots(dots) {
  CTX.setTransform(VIEW.ratio, 0, 0, VIEW.ratio, 0, 0);
  const s = VIEW.scale, dx = VIEW.width / 2 - VIEW.x * s, dy = VIEW.height / 2 - VIEW.y * s;
  LOOKS.forEach((dot, look) => {
    if (!dots[look].length) return;
    for (const on of S.path ? [false, true] : [true]) {
      CTX.beginPath();
      for (const rank of dots[look]) {
        if (S.path && S.path.has(RANKED[rank].i) !== on) continue;
        const r = Math.max(1.15, MR[rank] * s), x = MX[rank] * s + dx, y = MY[rank] * s + dy;
        if (r < 1.7) CTX.rect(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r);
        else { CTX.moveTo(x + r, y); CTX.arc(x, y, r, 0, 2 * Math.PI); }
      }
      CTX.globalAlpha = on ? 1 : 0.16;
      if (dot.hollow && MR[0] * s > 1.2) {
        CTX.fillStyle = C.bg;
        CTX.fill();
        CTX.strokeStyle = dot.colour;
        CTX.lineWidth = 1.15;
        CTX.stroke();
      } else {
        CTX.fillStyle = dot.colour;
        CTX.fill();
      }
    }
  });
  CTX.globalAlpha = 1;
}

/* The same for paper: where marks are many, those that would be smaller than a pen's point are dots, one path per look. */
const PAPER = 1500, MANY_MARKS = 3000;
function drawSmall(pen, marks) {
  if (marks.length < MANY_MARKS) return marks;
  const least = 3 * META.width / PAPER, dots = LOOKS.map(() => new Map()), large = [];
  for (const n of marks) {
    if (n.r >= least || isWritten(n)) { large.push(n); continue; }
    const sizes = dots[LOOK[RANK[n.i]]], width = 2 * Math.max(n.r, META.width / PAPER);
    sizes.set(width, (sizes.get(width) || '') + 'M' + n.x + ' ' + n.y + 'h.01');
  }
  dots.forEach((sizes, look) => sizes.forEach((d, width) => pen.path(d, {stroke: LOOKS[look].colour, width, cap: 'round'})));
  return large;
}

const drawPaper = pen => { if (!GROUND.big) drawBack(pen); };

/* Lines that are always there, one path per look, within the budget of a frame. */
function drawMany(pen) {
  if (S.path || EDGES.length < MANY_MARKS) return false;
  const total = [...ALWAYS.values()].reduce((sum, b) => sum + b.ends.length / 2, 0), stride = 2 * Math.max(1, Math.ceil(total / LINE_BUDGET.rest));
  for (const {ends, style} of ALWAYS.values()) {
    let d = '';
    for (let k = 0; k < ends.length; k += stride) {
      const a = NODES[ends[k]], b = NODES[ends[k + 1]];
      if (OPEN[a.i] && OPEN[b.i]) d += CURVED ? curve(a, b) : 'M' + a.x + ' ' + a.y + 'L' + b.x + ' ' + b.y;
    }
    if (d) pen.path(d, {stroke: style.colour, width: Math.max(style.width, 0.5 * META.width / PAPER), alpha: style.opacity * Math.max(0.06, Math.min(1, 1500 * stride / total))});
  }
  return true;
}

/* What is lit, pointed at or focused is a shape of its own at every zoom, and can be found by a ring. */
const MOST_LIT_MARKS = 400;
function paintLit(pen, least) {
  const lit = S.path && S.path.size <= MOST_LIT_MARKS ? [...S.path] : [];
  for (const i of lit) if (RANK[i] >= 0 && !HIDDEN.has(i) && MR[RANK[i]] * VIEW.scale < least) drawNode(pen, MARKS[i], false);
  for (const i of [S.selected, S.focus, VIEW.hover && VIEW.hover.i]) {
    const n = i === null || i === undefined ? null : standIn(MARKS[i]);
    if (!n || HIDDEN.has(n.i) || isWritten(n)) continue;
    if (n.r * VIEW.scale < least) drawNode(pen, n, VIEW.hover === n);
    if (n.r * VIEW.scale < 7) pen.path(D.shapes.Company, {x: n.x, y: n.y, k: 1.1 / VIEW.scale, stroke: C.focus, width: 2 / VIEW.scale});
  }
}
