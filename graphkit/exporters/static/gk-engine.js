/* vis-network, as pyvis ships it, draws our scene: no physics, positions from Python, our pens. */
const holder = $('#net');
const CALM = matchMedia('(prefers-reduced-motion: reduce)').matches;
const TIE_LAYOUT = META.layout === 'chain';
let net = null, nodeSet = null, edgeSet = null;
const WORN = new Map();

const boxOf = n => isChevron(n) ? {width: n.room, height: 28} : n.more ? {width: 46, height: 24} : {width: 2 * n.r + 6, height: 2 * n.r + 6};

function visNode(n) {
  return {id: n.id, x: n.x, y: n.y, shape: 'custom', hidden: HIDDEN.has(n.i),
    ctxRenderer: ({ctx, state}) => ({drawNode() { drawNode(canvasPen(ctx), n, state.hover); }, nodeDimensions: boxOf(n)})};
}

/* Lines of the picture: in lanes the reasons, elsewhere the facts; the others appear with what is selected. */
function visLines() {
  const lines = [], parallel = new Map();
  const both = (a, b) => drawn(NODES[a]) && drawn(NODES[b]);
  for (const e of EDGES) {
    if (!both(e.a, e.b) || e.a === e.b) continue;
    const pair = Math.min(e.a, e.b) + ':' + Math.max(e.a, e.b), nth = parallel.get(pair) || 0;
    parallel.set(pair, nth + 1);
    lines.push({id: 'e' + e.i, a: e.a, b: e.b, mode: e.type === 'COVERS' ? e.mode : null, planned: e.planned || e.year > 0, always: !TIE_LAYOUT, nth});
  }
  for (const t of TIES) {
    if (!both(t.unit, t.organisation)) continue;
    const worn = NODES[t.organisation].docked;
    lines.push({id: 't' + t.i, a: t.unit, b: t.organisation, mode: t.mode, planned: !t.certain || t.year > 0, always: TIE_LAYOUT && !worn,
      derived: t.rule !== 'direct', never: worn || (!TIE_LAYOUT && t.rule === 'direct'), nth: 0});
  }
  return lines;
}
const LINES = visLines();

function lineStyle(l) {
  const on = S.path ? S.lines.has(l.id) : l.always;
  const hidden = HIDDEN.has(l.a) || HIDDEN.has(l.b) || l.never || !(l.always || on);
  const strong = l.mode !== null && l.mode !== undefined && !(QUADRANT.paint && !S.path);
  const colour = strong ? modeColour(l.mode) : on && S.path ? C.accent : C.edge;
  return {hidden, colour, width: S.path && on ? 2.8 : strong ? (l.derived ? 1.3 : 2) : 1,
    opacity: S.path && !on ? 0.08 : strong ? (l.planned ? 0.5 : 0.9) : on && S.path ? 0.85 : 0.75,
    dash: strong && l.planned && !modeDash(l.mode).length ? [5, 4] : strong ? modeDash(l.mode) : l.planned ? [3, 4] : []};
}

function visEdge(l) {
  const s = lineStyle(l);
  return {id: l.id, hidden: s.hidden, width: s.width, dashes: s.dash.length ? s.dash : false,
    color: {color: s.colour, hover: s.colour, highlight: s.colour, opacity: s.opacity, inherit: false}};
}

function smoothOf(l) {
  if (TIE_LAYOUT) return {enabled: true, type: 'cubicBezier', forceDirection: 'vertical', roundness: 0.5};
  return l.nth ? {enabled: true, type: 'curvedCW', roundness: 0.14 * l.nth} : false;
}

function startEngine() {
  const order = MARKS.filter(drawn).sort((a, b) => (a.docked ? 1 : 0) - (b.docked ? 1 : 0) || a.i - b.i);
  nodeSet = new vis.DataSet(order.map(visNode).concat(D.engine.nodes));
  edgeSet = new vis.DataSet(LINES.map(l => Object.assign(visEdge(l), {from: NODES[l.a].id, to: NODES[l.b].id, arrows: '', smooth: smoothOf(l)})).concat(D.engine.edges));
  net = new vis.Network(holder, {nodes: nodeSet, edges: edgeSet}, Object.assign({}, D.engine.options, {
    autoResize: true, physics: {enabled: false}, layout: {improvedLayout: false},
    nodes: {chosen: false, font: {size: 0}}, edges: {chosen: false, selectionWidth: 0, hoverWidth: 0.6},
    interaction: {dragNodes: false, hover: true, tooltipDelay: 1e9, selectConnectedEdges: false, hoverConnectedEdges: false,
      hideEdgesOnDrag: LINES.length > 1500, hideEdgesOnZoom: LINES.length > 1500, zoomSpeed: 0.7, keyboard: false},
  }));
  net.on('beforeDrawing', ctx => { const pen = canvasPen(ctx); drawBack(pen); drawHints(pen); drawDependants(pen); drawWalk(pen); });
  net.on('afterDrawing', drawOver);
  net.on('zoom', p => { if (p.scale < 0.1 || p.scale > 8) net.moveTo({scale: Math.min(8, Math.max(0.1, p.scale))}); });
  listenToPointer();
}

/* Labels are drawn in screen pixels, above everything, so that they never shrink below what can be read. */
function drawOver(ctx) {
  const ratio = ctx.canvas.width / (ctx.canvas.clientWidth || 1);
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawLabels(canvasPen(ctx), placeLabels(screenView()));
  ctx.restore();
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
  const xs = marks.map(m => m.x), ys = marks.map(m => m.y);
  return {x0: Math.min(...xs) - 30, x1: Math.max(...xs) + 30, y0: Math.min(...ys) - 24, y1: Math.max(...ys) + 34};
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

/* Only what changed goes to the engine: an update of thousands of edges is felt. */
function restyle() {
  const edges = [], nodes = [];
  for (const l of LINES) {
    const e = visEdge(l), key = JSON.stringify(e);
    if (WORN.get(l.id) !== key) { WORN.set(l.id, key); edges.push(e); }
  }
  for (const n of MARKS) {
    if (!drawn(n) || WORN.get(n.id) === HIDDEN.has(n.i)) continue;
    WORN.set(n.id, HIDDEN.has(n.i));
    nodes.push({id: n.id, hidden: HIDDEN.has(n.i)});
  }
  if (nodes.length) nodeSet.update(nodes);
  if (edges.length) edgeSet.update(edges);
  net.redraw();
}

function listenToPointer() {
  const tip = $('#tip');
  const hide = () => { tip.hidden = true; holder.style.cursor = ''; };
  net.on('click', p => {
    const n = p.nodes.length ? BY_ID.get(p.nodes[0]) || null : null;
    const second = n && p.event.srcEvent && p.event.srcEvent.shiftKey && S.selected !== null && n.i !== S.selected;
    if (second && mayEnd(n) && mayEnd(MARKS[S.selected])) showPaths(NODES[S.selected], n);
    else select(n);
  });
  net.on('hoverNode', p => {
    const n = BY_ID.get(p.node);
    if (!n) return;
    const q = screenView().at(n);
    tip.textContent = describe(n);
    tip.hidden = false;
    tip.style.left = Math.max(8, Math.min(q.x + n.r + 12, holder.clientWidth - 280)) + 'px';
    tip.style.top = Math.max(8, q.y - 14) + 'px';
    holder.style.cursor = 'pointer';
  });
  for (const event of ['blurNode', 'dragStart', 'zoom']) net.on(event, hide);
  for (const event of ['dragStart', 'zoom']) net.on(event, moved);
}
