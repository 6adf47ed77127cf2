/* Drawing: one set of functions, two pens. The canvas pen draws the screen, the SVG pen print sheet, SVG and PNG. */
const FONT = META.font;
let C = {};
const dark = () => document.documentElement.getAttribute('data-theme') === 'dark';
const readTheme = () => { C = D.themes[dark() ? 'dark' : 'light']; };
const modeColour = mode => MODES.get(mode)[dark() ? 'dark' : 'light'];
const modeDash = mode => MODES.get(mode).dash;
const PATHS = new Map();
function path2d(d) {
  if (d.length > 600) return new Path2D(d);
  if (!PATHS.has(d)) PATHS.set(d, new Path2D(d));
  return PATHS.get(d);
}

/* o: x, y, k (scale of the path), fill, stroke, width, dash, alpha, cap. Widths and dashes are given unscaled. */
function canvasPen(ctx) {
  return {
    path(d, o) {
      const k = o.k || 1;
      ctx.save();
      ctx.translate(o.x || 0, o.y || 0);
      ctx.scale(k, k);
      ctx.globalAlpha = o.alpha === undefined ? 1 : o.alpha;
      if (o.fill) { ctx.fillStyle = o.fill; ctx.fill(path2d(d), 'evenodd'); }
      if (o.stroke) {
        ctx.strokeStyle = o.stroke;
        ctx.lineWidth = (o.width || 1) / k;
        ctx.lineJoin = 'round';
        ctx.lineCap = o.cap || 'butt';
        ctx.setLineDash((o.dash || []).map(v => v / k));
        ctx.stroke(path2d(d));
      }
      ctx.restore();
    },
    text(s, o) {
      ctx.save();
      ctx.globalAlpha = o.alpha === undefined ? 1 : o.alpha;
      ctx.font = (o.weight || 400) + ' ' + o.size + 'px ' + FONT;
      ctx.textAlign = o.anchor || 'center';
      ctx.textBaseline = 'middle';
      if (o.halo) { ctx.lineJoin = 'round'; ctx.strokeStyle = o.halo; ctx.lineWidth = o.haloWidth || 3.2; ctx.strokeText(s, o.x, o.y); }
      ctx.fillStyle = o.fill;
      ctx.fillText(s, o.x, o.y);
      ctx.restore();
    },
  };
}

function svgPen(root) {
  const anchors = {center: 'middle', left: 'start', right: 'end'};
  return {
    path(d, o) {
      const k = o.k || 1, a = {d, transform: 'translate(' + (o.x || 0) + ' ' + (o.y || 0) + ') scale(' + k + ')',
        fill: o.fill || 'none', 'fill-rule': 'evenodd', opacity: o.alpha === undefined ? 1 : o.alpha};
      if (o.stroke) Object.assign(a, {stroke: o.stroke, 'stroke-width': (o.width || 1) / k, 'stroke-linejoin': 'round',
        'stroke-linecap': o.cap || 'butt', 'stroke-dasharray': (o.dash || []).map(v => v / k).join(' ') || 'none'});
      root.append(svg('path', a));
    },
    text(s, o) {
      const a = {x: o.x, y: o.y, 'font-size': o.size, 'font-weight': o.weight || 400, fill: o.fill, 'dominant-baseline': 'central',
        'text-anchor': anchors[o.anchor || 'center'], opacity: o.alpha === undefined ? 1 : o.alpha};
      if (o.halo) Object.assign(a, {stroke: o.halo, 'stroke-width': o.haloWidth || 3.2, 'paint-order': 'stroke', 'stroke-linejoin': 'round'});
      const t = svg('text', a);
      t.textContent = s;
      root.append(t);
    },
  };
}

const laneAt = y => LANES.findIndex(l => y >= l.y && y <= l.y + l.height);
/* The colour a mark stands on: its lane, its island, or the stage. */
function ground(n) {
  if (META.layout === 'tiers') return shelfAt(n.y) % 2 ? C.lane2 : C.lane;
  if (META.layout !== 'chain') return ISLAND_OF.has(n.i) ? islandTint(ISLAND_OF.get(n.i)) : C.bg;
  const lane = laneAt(n.y);
  return lane < 0 ? C.bg : lane % 2 ? C.lane2 : C.lane;
}

/* A bar in three parts: covered full, unknown hatched by dots, gap empty with a red edge. */
function statusBar(pen, x, y, w, h, height) {
  if (!h.units) return;
  const covered = w * h.covered / h.units, unknown = w * h.unknown / h.units, box = (a, b) =>
    'M' + a + ' ' + (y - height / 2) + 'H' + b + 'V' + (y + height / 2) + 'H' + a + 'Z';
  if (h.gap) pen.path(box(x + covered + unknown + 0.6, x + w - 0.6), {stroke: C.gap, width: 1.2});
  if (h.unknown) {
    pen.path(box(x + covered, x + covered + unknown), {fill: C.chev});
    pen.path('M' + (x + covered + 2) + ' ' + y + 'H' + (x + covered + unknown), {stroke: C.unknown, width: height - 3, dash: [1.6, 2.4]});
  }
  if (h.covered) pen.path(box(x, x + covered), {fill: C.unit});
}

/* --- lanes ------------------------------------------------------------------------------------------------ */
function laneUnits(lane) {
  if (lane.kind === 'chain') return shownUnits().filter(n => n.chains.includes(lane.node));
  return lane.kind === 'rest' ? shownUnits().filter(n => !n.chains.length) : [];
}

function laneHidden(lane) { return lane.kind !== 'resources' && !FILTER.chain.has(lane.kind === 'chain' ? lane.node : -1); }

function drawLanes(pen) {
  LANES.forEach((lane, k) => {
    if (laneHidden(lane)) return;
    pen.path('M4 ' + lane.y + 'H' + (META.width - 4) + 'V' + (lane.y + lane.height) + 'H4Z',
      {fill: k % 2 ? C.lane2 : C.lane, stroke: C.line, width: 0.8});
    drawLaneHead(pen, lane);
    for (const block of lane.blocks) if (block.node < 0) drawBlockHead(pen, lane, block);
  });
}

/* A lane's name, its count and interval, its bar; what is left of the height decides what else is said. */
function drawLaneHead(pen, lane) {
  const x = 20, y = lane.y, name = lane.node >= 0 ? NODES[lane.node].label : T['lane_' + lane.kind], tall = lane.height >= 136;
  const suffix = /^(.{2,})(产业链|产业)$/.exec(name);
  pen.text(fitText(suffix ? suffix[1] : name, 17, 700, 122), {x, y: y + 24, size: 17, weight: 700, fill: C.ink, anchor: 'left'});
  const hint = lane.kind === 'chain' ? T.chain : T['lane_' + lane.kind + '_hint'];
  if (tall || lane.kind === 'resources') pen.text(hint, {x, y: y + 44, size: 11.5, fill: C.mut, anchor: 'left'});
  if (lane.kind === 'resources' || !META.hasCoverage) return;
  const h = remembered('lane' + lane.y, () => headline(laneUnits(lane))), women = lane.height >= 176, low = y + (women ? 84 : tall ? 76 : 49);
  pen.text(h.covered + '/' + h.units, {x, y: low, size: tall ? 20 : 17, weight: 700, fill: C.ink, anchor: 'left'});
  pen.text(interval(h, 0), {x: x + 118, y: low + 2, size: 11.5, fill: C.mut, anchor: 'right'});
  statusBar(pen, x, low + 18, 118, h, 7);
  if (women) pen.text(fill(T.women_of, {covered: number(h.women_covered), women: number(h.women)}), {x, y: low + 37, size: 11, fill: C.mut, anchor: 'left'});
  if (h.gap || h.unknown) drawLaneGaps(pen, x, low + (women ? 59 : 38), h);
}

function drawLaneGaps(pen, x, y, h) {
  if (h.gap) {
    pen.path(D.shapes.Company, {x: x + 5, y, k: 0.5, stroke: C.gap, width: 2});
    pen.text(T.gap_short + ' ' + h.gap, {x: x + 14, y, size: 12, weight: 600, fill: C.gap, anchor: 'left'});
  }
  if (h.unknown) {
    const at = x + (h.gap ? Math.max(66, textWidth(T.gap_short + ' ' + h.gap, 12, 600) + 22) : 0);
    pen.path(D.shapes.Company, {x: at + 5, y, k: 0.5, stroke: C.unknown, width: 1.6, dash: [2.4, 2]});
    pen.text(T.unknown_short + ' ' + h.unknown, {x: at + 14, y, size: 12, fill: C.mut, anchor: 'left'});
  }
}

function drawBlockHead(pen, lane, block) {
  const name = block.type ? D.typeNames[block.type] : lane.kind === 'chain' ? T.no_segment : '';
  if (!name) return;
  const y = lane.y + (lane.kind === 'resources' ? 16 : 21);
  pen.text(fitText(name, 12, 600, block.width - 4), {x: block.x + block.width / 2, y, size: 12, weight: 600, fill: C.mut});
  pen.path('M' + (block.x + 4) + ' ' + (y + 12) + 'H' + (block.x + block.width - 4), {stroke: C.line, width: 1});
}

/* A chevron says "then": it has a point only if the order of the segments is known. */
function chevronPath(w, h, ordered, first) {
  const t = ordered ? 10 : 0, notch = ordered && !first ? t : 0;
  return 'M' + -w + ' ' + -h + 'H' + (w - t) + 'L' + w + ' 0L' + (w - t) + ' ' + h + 'H' + -w + 'L' + (-w + notch) + ' 0Z';
}

function segmentState(n) {
  return remembered('segment' + n.i, () => {
    const units = shownUnits().filter(u => u.segments.includes(n.i)), h = headline(units);
    const reached = n.edges.some(e => e.type === 'COVERS' && e.b === n.i && !e.planned);
    h.state = h.covered || reached ? 'covered' : units.length && h.gap === units.length ? 'gap' : 'unknown';
    return h;
  });
}

function drawChevron(pen, n, alpha, hot) {
  const lane = LANES[laneAt(n.y)], h = segmentState(n), w = (n.room - 4) / 2, first = lane.blocks[0].node === n.i;
  const state = META.hasCoverage ? h.state : 'covered', colour = {gap: C.gap, unknown: C.unknown}[state];
  pen.path(chevronPath(w, 13.5, lane.ordered, first), {x: n.x, y: n.y, alpha, fill: colour ? ground(n) : C.chev,
    stroke: hot ? C.focus : colour || null, width: hot ? 2.4 : 1.6, dash: state === 'unknown' && !hot ? [4, 3] : []});
  const count = META.hasCoverage ? h.covered + '/' + h.units : String(h.units), side = textWidth(count, 11.5, 400) + 8;
  const name = fitText(n.label, 13, 600, 2 * w - 30 - side), half = textWidth(name, 13, 600) / 2;
  pen.text(name, {x: n.x - side / 2, y: n.y, size: 13, weight: 600, fill: C.chevink, alpha});
  pen.text(count, {x: n.x - side / 2 + half + 7, y: n.y + 0.5, size: 11.5, weight: state === 'gap' ? 700 : 400,
    fill: colour && state === 'gap' ? C.gap : C.mut, anchor: 'left', alpha});
}

const ISLAND_OF = new Map();
D.islands.forEach((members, k) => members.forEach(i => ISLAND_OF.set(i, k)));
const islandTint = k => D.islandTints[dark() ? 'dark' : 'light'][k % 6];

/* --- islands: a soft ground under each community, so that the eye finds the groups before the lines ---------- */
function islandPath(members) {
  const inside = new Set(members.filter(i => !HIDDEN.has(i)));
  let lines = '';
  for (const i of inside) {
    const a = NODES[i];
    lines += 'M' + a.x + ' ' + a.y + 'h.01';
    for (const e of a.edges) if (e.a === i && inside.has(e.b)) lines += 'M' + a.x + ' ' + a.y + 'L' + NODES[e.b].x + ' ' + NODES[e.b].y;
  }
  return lines;
}

function drawIslands(pen, reach, colour) {
  const paths = remembered('islands', () => D.islands.map(islandPath));
  paths.forEach((d, k) => { if (d) pen.path(d, {stroke: colour(k), width: 2 * reach, cap: 'round'}); });
}

function drawBack(pen) {
  const grid = {chain: drawLanes, matrix: drawMatrix, tiers: drawTiers}[META.layout];
  if (grid) return grid(pen);
  drawIslands(pen, 34, () => C.line);
  drawIslands(pen, 32.6, islandTint);
  return undefined;
}

/* --- nodes ------------------------------------------------------------------------------------------------ */
const lit = n => !S.path || S.path.has(n.i);

function drawNode(pen, n, hover) {
  const alpha = lit(n) ? 1 : 0.14, hot = hover || S.selected === n.i || S.focus === n.i;
  if (n.more) return drawMore(pen, n, alpha, hot);
  if (isChevron(n)) return drawChevron(pen, n, alpha, hot);
  if (isHead(n)) return drawHead(pen, n, alpha, hot);
  if (GROUPS) return drawGroup(pen, n, alpha, hot);
  const d = D.shapes[n.shape], at = {x: n.x, y: n.y, alpha};
  if (hot) pen.path(d, Object.assign({}, at, {k: (n.r + 5.5) / 10, stroke: C.focus, width: 2.4}));
  if (n.i === META.focus) pen.path(D.shapes.Company, Object.assign({}, at, {k: (n.r + 8) / 10, stroke: C.accent, width: 2.2, dash: [7, 3]}));
  if (n.group) pen.path(d, Object.assign({}, at, {x: n.x + 3, y: n.y - 3, k: n.r / 10, fill: ground(n), stroke: C.unit, width: 1.1}));
  if (n.year) return drawStep(pen, n, d, at);
  if (isGone(n)) return drawGone(pen, n, d, at);
  const doubtful = n.planned || (isOrganisation(n) && n.ties.length > 0 && n.ties.every(t => !t.certain));
  if (isUnit(n) && n.status && n.status !== 'covered') drawOpen(pen, n, d, at);
  else if (n.gained) drawGained(pen, n, d, at);
  else if (doubtful) pen.path(d, Object.assign({}, at, {k: n.r / 10, fill: ground(n), stroke: nodeColour(n), width: 1.5, dash: [3, 2.4]}));
  else pen.path(d, Object.assign({}, at, {k: n.r / 10, fill: nodeColour(n), stroke: ground(n), width: n.docked ? 1.8 : 1.3}));
  if (isUnit(n) && n.women !== null && n.r >= 11.5) pen.text(n.women_text, {x: n.x, y: n.y + 0.5, alpha, weight: 600,
    size: n.women_text.length > 3 && n.r < 18 ? 9 : n.r >= 15 ? 12 : 10.5, fill: n.gained ? C.ink : {gap: C.gap, unknown: C.mut}[n.status] || C.onfill});
  if (n.gained) drawYear(pen, n, n.gained, alpha);
  if (n.change) drawChange(pen, n, alpha);
  return undefined;
}

/* What a plan adds is never filled: a green dashed ring for a unit, a dashed star for an organisation, and the year. */
function drawGained(pen, n, d, at) {
  pen.path(d, Object.assign({}, at, {k: (n.r + 1.2) / 10, fill: painted(n) ? ground(n) : C.planwash, stroke: painted(n) ? linkColour(n) : C.plan, width: 1.8, dash: [3.4, 1.8]}));
}

function drawStep(pen, n, d, at) {
  pen.path(d, Object.assign({}, at, {k: n.r / 10, fill: ground(n), stroke: nodeColour(n), width: 1.7, dash: [3, 2]}));
  if (!n.docked) pen.text(String(n.year), {x: n.x, y: n.y + 0.6, size: n.r * 0.8, weight: 700, fill: C.plan, alpha: at.alpha});
}

/* The year: inside a small mark, in a disc at the shoulder of one that shows its women employees. */
function drawYear(pen, n, year, alpha) {
  if (n.women === null || n.r < 11.5) return pen.text(String(year), {x: n.x, y: n.y + 0.4, size: Math.min(11, n.r * 1.55), weight: 700, fill: C.plan, alpha});
  const x = n.x - n.r * 0.78, y = n.y - n.r * 0.78;
  pen.path(D.shapes.Company, {x, y, k: 0.62, alpha, fill: C.plan, stroke: ground(n), width: 1});
  return pen.text(String(year), {x, y: y + 0.3, size: 10, weight: 700, fill: C.onfill, alpha});
}

/* Hollow: red is a gap, grey and dashed is unknown; a second ring marks a key candidate. */
const RING = META.layout === 'matrix' || META.layout === 'tiers' ? 2.8 : 4.4;
function drawOpen(pen, n, d, at) {
  const gap = n.status === 'gap', colour = painted(n) ? linkColour(n) : gap ? C.gap : C.unknown;
  if (n.key === 'yes') pen.path(d, Object.assign({}, at, {k: (n.r + RING) / 10, stroke: colour, width: 1.2, alpha: at.alpha * 0.8}));
  pen.path(d, Object.assign({}, at, {k: n.r / 10, fill: ground(n), stroke: colour, width: n.key === 'yes' ? 2.7 : 1.9,
    dash: (n.preparing ? [5, 2.5] : gap ? [] : [2.6, 2.2]).map(v => n.r < 8 ? v * 0.62 : v)}));
}

function nodeColour(n) {
  if (painted(n)) return linkColour(n);
  if (QUADRANT.paint && !n.year) return C.unit;
  if (isUnit(n)) return n.status === 'covered' ? modeColour(n.mode) : C.unit;
  if (!isOrganisation(n)) return C.unit;
  return n.orgMode === null ? C.accent : modeColour(n.orgMode);
}

function drawMore(pen, n, alpha, hot) {
  const gaps = n.members.filter(i => NODES[i].status === 'gap' && !HIDDEN.has(i)).length;
  pen.path('M-18 -11H18Q22 -11 22 -7V7Q22 11 18 11H-18Q-22 11 -22 7V-7Q-22 -11 -18 -11Z', {x: n.x, y: n.y, alpha,
    fill: C.chev, stroke: hot ? C.focus : gaps ? C.gap : C.line, width: hot ? 2.4 : 1.2});
  pen.text('+' + n.members.filter(i => !HIDDEN.has(i)).length, {x: n.x, y: n.y + 0.5, size: 12, weight: 700, fill: C.chevink, alpha});
}
