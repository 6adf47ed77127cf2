/* Our own engine, for pictures that vis-network is too slow for: canvas 2D, typed arrays, drawn only when something
   changed. It brings what gk-vis.js brings, so that nothing else on the page knows which of the two draws. */
const FIT_SCALE = Math.min(1100 / META.width, 800 / META.height), SCALES = [Math.min(0.1, FIT_SCALE * 0.6), 8];
const SURFACE = el('canvas', {'aria-hidden': 'true'}), CTX = SURFACE.getContext('2d');
const SETTLED = 140; /* ms without movement after which all is drawn again in full */
const VIEW = {x: META.width / 2, y: META.height / 2, scale: 1, width: 0, height: 0, ratio: 1, moving: false, asked: 0, settle: 0, glide: 0, hover: null, labels: []};

/* All marks that are drawn, in the order in which they are drawn: their place there is their rank. */
const RANKED = MARKS.filter(drawn).sort((a, b) => (a.docked ? 1 : 0) - (b.docked ? 1 : 0) || a.i - b.i);
const RANK = new Int32Array(MARKS.length).fill(-1);
const MX = new Float32Array(RANKED.length), MY = new Float32Array(RANKED.length), MR = new Float32Array(RANKED.length);
RANKED.forEach((n, k) => { RANK[n.i] = k; MX[k] = n.x; MY[k] = n.y; MR[k] = n.r; });

const net = {
  getScale: () => VIEW.scale,
  getViewPosition: () => ({x: VIEW.x, y: VIEW.y}),
  moveTo(to) {
    cancelAnimationFrame(VIEW.glide);
    const from = {x: VIEW.x, y: VIEW.y, scale: VIEW.scale}, {x, y} = to.position || from;
    const aim = {x, y, scale: to.scale || from.scale}; /* a mark may be a position: it reads its columns */
    if (!to.animation || CALM) { look(aim); return; }
    const start = performance.now();
    const step = now => {
      const t = Math.min(1, Math.max(0, (now - start) / to.animation.duration)), k = t * (2 - t), mid = key => from[key] + (aim[key] - from[key]) * k;
      look({x: mid('x'), y: mid('y'), scale: mid('scale')});
      if (t < 1) { moves(); VIEW.glide = requestAnimationFrame(step); }
    };
    VIEW.glide = requestAnimationFrame(step);
  },
  redraw: ask,
};

function look(at) {
  VIEW.x = at.x;
  VIEW.y = at.y;
  VIEW.scale = at.scale;
  ask();
}

function ask() {
  if (!VIEW.asked) VIEW.asked = requestAnimationFrame(frame);
}

/* While the view moves, fewer lines are drawn and names only travel; when it rests, everything is. */
function moves() {
  VIEW.moving = true;
  clearTimeout(VIEW.settle);
  VIEW.settle = setTimeout(() => { VIEW.moving = false; ask(); }, SETTLED);
}

function startEngine() {
  holder.append(SURFACE);
  SURFACE.style.cssText = 'position:absolute;left:0;top:0;width:100%;height:100%;display:block';
  holder.style.touchAction = 'none';
  measure();
  listenToPointer();
  if (window.ResizeObserver) new ResizeObserver(() => { if (measure()) frame(); }).observe(holder);
}

function measure() {
  const width = holder.clientWidth, height = holder.clientHeight, ratio = window.devicePixelRatio || 1;
  if (width === VIEW.width && height === VIEW.height && ratio === VIEW.ratio) return false;
  Object.assign(VIEW, {width, height, ratio});
  SURFACE.width = Math.max(1, Math.round(width * ratio));
  SURFACE.height = Math.max(1, Math.round(height * ratio));
  return true;
}

const forgetStyles = () => { GROUND.canvas = null; };

function restyle() {
  dressMarks();
  dressLines();
  ask();
}

/* The line and tie behind an id such as e12 or t3, made when a selection lights it up or a sheet is printed. */
const lineOf = id => id[0] === 'e' ? lineOfEdge(EDGES[+id.slice(1)], 0) : lineOfTie(TIES[+id.slice(1)]);
const allLines = () => {
  const shown = S.path ? [...S.lines].map(lineOf) : EDGES.filter(isAlways).map(e => lineOfEdge(e, 0)).concat(TIE_LAYOUT ? TIES.map(lineOfTie) : []);
  return shown.filter(Boolean);
};

function worldTransform() {
  const k = VIEW.scale * VIEW.ratio;
  CTX.setTransform(k, 0, 0, k, (VIEW.width / 2 - VIEW.x * VIEW.scale) * VIEW.ratio, (VIEW.height / 2 - VIEW.y * VIEW.scale) * VIEW.ratio);
}

function frame() {
  cancelAnimationFrame(VIEW.asked);
  VIEW.asked = 0;
  measure();
  CTX.setTransform(1, 0, 0, 1, 0, 0);
  CTX.clearRect(0, 0, SURFACE.width, SURFACE.height);
  worldTransform();
  const pen = canvasPen(CTX), seen = marksIn(viewBox(60));
  if (GROUND.big) drawGround();
  else drawBack(pen);
  paintLines();
  if (GROUND.big && S.path) drawLitLines(pen);
  drawAids(pen);
  paintMarks(pen, seen);
  CTX.setTransform(VIEW.ratio, 0, 0, VIEW.ratio, 0, 0);
  paintLabels(seen);
  ready();
}

/* The part of the world that the screen shows, with a margin in pixels. */
function viewBox(margin) {
  const w = (VIEW.width / 2 + margin) / VIEW.scale, h = (VIEW.height / 2 + margin) / VIEW.scale;
  return {x0: VIEW.x - w, x1: VIEW.x + w, y0: VIEW.y - h, y1: VIEW.y + h};
}

/* --- names: at most so many, in the order of their weight; while the view moves they travel with their marks ------- */
const MOST_CANDIDATES = 1500;
/* The more dots, the fewer names: they tell where one is, not who everybody is. */
const mostLabels = count => count > 6000 ? 70 : count > 2500 ? 110 : 260;
const LABEL_RANK = new Int32Array(NODES.length).fill(-1);
LABEL_ORDER.forEach((n, k) => { LABEL_RANK[n.i] = k; });

function namedAmong(seen) {
  const ranks = new Int32Array(seen.length);
  let count = 0;
  for (let k = 0; k < seen.length; k++) {
    const n = RANKED[seen[k]];
    if (!n.more && LABEL_RANK[n.i] >= 0) ranks[count++] = LABEL_RANK[n.i];
  }
  const found = [...ranks.subarray(0, count).sort().subarray(0, MOST_CANDIDATES)].map(k => LABEL_ORDER[k]);
  if (!S.path || count <= MOST_CANDIDATES) return found;
  const lit = [...S.path].filter(i => i < NODES.length && LABEL_RANK[i] >= 0 && !HIDDEN.has(i)).slice(0, MOST_CANDIDATES);
  return [...new Set(lit.map(i => NODES[i]).concat(found))];
}

function currentLabels() {
  const seen = marksIn(viewBox(60));
  return placeLabels(screenView(), namedAmong(seen), mostLabels(seen.length));
}

/* On paper names grow with the sheet, or those of a large picture could not be read. */
function namesOnPaper(view) {
  if (RANKED.length < MANY_MARKS) return placeLabels(view);
  const k = META.width / PAPER, few = {scale: 1 / k, width: view.width / k, height: view.height / k, at: n => ({x: n.x / k, y: n.y / k})};
  const labels = placeLabels(few, LABEL_ORDER.slice(0, MOST_CANDIDATES), 200);
  return labels.map(l => Object.assign(l, {x: l.x * k, y: l.y * k, size: l.size * k, width: l.width * k, grown: k}));
}

function paintLabels(seen) {
  const view = screenView();
  if (VIEW.moving && seen.length > 600) {
    for (const l of VIEW.labels) { const p = view.at(l.n); l.x = p.x + l.dx; l.y = p.y + l.dy; }
  } else {
    VIEW.labels = placeLabels(view, namedAmong(seen), mostLabels(seen.length));
    for (const l of VIEW.labels) { const p = view.at(l.n); l.dx = l.x - p.x; l.dy = l.y - p.y; }
  }
  drawLabels(canvasPen(CTX), VIEW.labels);
  drawSums(canvasPen(CTX), screenView());
}
