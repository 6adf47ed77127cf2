/* vis-network, as pyvis ships it, draws our scene: no physics, positions from Python, our pens. */
let net = null, nodeSet = null, edgeSet = null;
const WORN = new Map(), SCALES = [0.1, 8];
const forgetStyles = () => WORN.clear();

/* What can be hit: vis-network reads the size of a round mark here, that of a wide one only once it has been drawn. */
const halfOf = n => Math.min(boxOf(n).width, boxOf(n).height) / 2;
const isWide = n => isCaption(n) || n.more;

function visNode(n) {
  return {id: n.id, x: n.x, y: n.y, shape: 'custom', size: halfOf(n), hidden: HIDDEN.has(n.i),
    ctxRenderer: ({ctx, state}) => ({drawNode() { drawNode(canvasPen(ctx), n, state.hover); }, nodeDimensions: boxOf(n)})};
}

function visLines() {
  const lines = [], parallel = new Map();
  for (const e of EDGES) {
    const line = lineOfEdge(e, 0);
    if (!line) continue;
    const pair = Math.min(e.a, e.b) + ':' + Math.max(e.a, e.b), nth = parallel.get(pair) || 0;
    parallel.set(pair, nth + 1);
    lines.push(Object.assign(line, {nth}));
  }
  return lines.concat(TIES.map(lineOfTie).filter(Boolean));
}
const LINES = visLines();
const allLines = () => LINES;
/* Few enough to be drawn on paper one by one. */
const drawPaper = drawBack, drawMany = () => false, drawSmall = (pen, marks) => marks, namesOnPaper = view => placeLabels(view);
const currentLabels = () => placeLabels(screenView());

function visEdge(l) {
  const s = lineStyle(l);
  return {id: l.id, hidden: s.hidden, width: s.width, dashes: s.dash.length ? s.dash : false,
    color: {color: s.colour, hover: s.colour, highlight: s.colour, opacity: s.opacity, inherit: false}};
}

function smoothOf(l) {
  if (CURVED) return {enabled: true, type: 'cubicBezier', forceDirection: 'vertical', roundness: 0.5};
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
  net.on('beforeDrawing', ctx => { const pen = canvasPen(ctx); drawBack(pen); drawAids(pen); });
  net.on('afterDrawing', drawOver);
  net.once('afterDrawing', () => nodeSet.update(order.filter(isWide).map(n => ({id: n.id, size: halfOf(n) + 0.01}))));
  net.on('zoom', p => { if (p.scale !== bounded(p.scale)) net.moveTo({scale: bounded(p.scale)}); });
  listenToPointer();
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
  net.on('click', p => clicked(p.nodes.length ? BY_ID.get(p.nodes[0]) || null : null, p.event.srcEvent && p.event.srcEvent.shiftKey));
  net.on('hoverNode', p => { if (BY_ID.has(p.node)) showTip(BY_ID.get(p.node)); });
  for (const event of ['blurNode', 'dragStart', 'zoom']) net.on(event, hideTip);
  for (const event of ['dragStart', 'zoom']) net.on(event, moved);
}
