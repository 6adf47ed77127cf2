/* The shortest paths between two nodes, by the rules that Python read into the scene: the paths of `paths`, in its order. */
const WAYS = D.ways;
if (WAYS) for (const name of Object.keys(WAYS)) WAYS[name] = wholeColumn(WAYS[name]);
const NOWHERE = 0, INSIDE = 2, LAST_HOP = 2, DRAWN_PATHS = 24;
const PATH = {from: null};
let STEPS = null;
const mayEnd = n => Boolean(WAYS) && !n.more && WAYS.nodes[n.i] !== NOWHERE;

/* steps: hops both ways; opening: the last hop only, from its source; closing: the same, read from the end. */
function steps() {
  if (STEPS) return STEPS;
  STEPS = {any: NODES.map(() => new Map()), opening: NODES.map(() => new Map()), closing: NODES.map(() => new Map())};
  const join = (rows, a, b, e) => { if (!rows[a].has(b)) rows[a].set(b, []); rows[a].get(b).push(e); };
  for (const e of EDGES) {
    const hop = WAYS.edges[e.i];
    if (!hop || e.a === e.b) continue;
    if (hop === LAST_HOP) { join(STEPS.opening, e.a, e.b, e); join(STEPS.closing, e.b, e.a, e); } else { join(STEPS.any, e.a, e.b, e); join(STEPS.any, e.b, e.a, e); }
  }
  return STEPS;
}

/* Hops left to the nearest of some ends, layer by layer; a path goes on through inner nodes only. */
function hopsLeft(ends) {
  const net = steps(), left = new Map(ends.map(i => [i, 0]));
  let front = ends;
  for (let depth = 1; depth <= WAYS.max_hops && front.length; depth++) {
    const next = [];
    for (const i of front) {
      for (const row of depth === 1 ? [net.any[i], net.closing[i]] : [net.any[i]]) {
        for (const j of row.keys()) if (!left.has(j)) { left.set(j, depth); next.push(j); }
      }
    }
    front = next.filter(j => WAYS.nodes[j] === INSIDE);
  }
  return left;
}

/* Node numbers of all shortest paths, by names; at most as many as Python lists. */
function shortestPaths(start, ends) {
  const net = steps(), left = hopsLeft(ends), hops = left.get(start), found = [];
  if (!hops) return {hops: 0, paths: [], truncated: false};
  const walk = trail => {
    const i = trail[trail.length - 1], rest = hops - trail.length;
    const next = new Set(net.any[i].keys());
    if (!rest) for (const j of net.opening[i].keys()) next.add(j);
    const onward = [...next].filter(j => left.get(j) === rest && (!rest || WAYS.nodes[j] === INSIDE)).sort((a, b) => WAYS.order[a] - WAYS.order[b]);
    for (const j of onward) {
      if (found.length > WAYS.limit) return;
      if (rest) walk(trail.concat(j));
      else found.push(trail.concat(j));
    }
  };
  walk([start]);
  return {hops, paths: found.slice(0, WAYS.limit), truncated: found.length > WAYS.limit};
}

/* One hop: its edges, the surest first, and the direction of that one. */
function hopOf(a, b, last) {
  const net = steps(), edges = (net.any[a].get(b) || []).concat(last && net.opening[a].get(b) || []);
  edges.sort((x, y) => WAYS.confidence[y.i] - WAYS.confidence[x.i] || (x.id < y.id ? -1 : 1));
  const best = edges[0];
  return {src: a, dst: b, edges, type: best.type, confidence: WAYS.confidence[best.i],
    direction: D.undirected.includes(best.type) ? 'undirected' : best.a === a ? 'forward' : 'backward'};
}

const hopsOf = nodes => nodes.slice(1).map((b, k) => hopOf(nodes[k], b, k === nodes.length - 2));
const endsOf = to => typeof to === 'string' ? NODES.filter(n => n.type === to && WAYS.nodes[n.i] !== NOWHERE).map(n => n.i) : [to.i];

/* `to` is a node, or the name of a type for the nearest of it. */
function findPaths(from, to) {
  return Object.assign({from, to}, shortestPaths(from.i, endsOf(to).filter(i => i !== from.i)));
}

/* For notebooks and tests: the same in ids. */
function pathsByIds(from, to) {
  const found = findPaths(from, to), id = i => NODES[i].id;
  return {hops: found.hops, truncated: found.truncated, paths: found.paths.map(nodes => hopsOf(nodes).map(h => ({src: id(h.src), dst: id(h.dst),
    type: h.type, direction: h.direction, confidence: h.confidence, edges: h.edges.map(e => e.id)})))};
}

function showPaths(from, to) {
  setView('map');
  const found = findPaths(from, to);
  PATH.from = null;
  S.hints = [];
  S.selected = S.focus = from.i;
  S.walk = found;
  S.path = new Set([from.i].concat(typeof to === 'string' ? [] : [to.i], ...found.paths));
  S.lines = new Set();
  for (const i of [...S.path]) if (NODES[i].cell) S.path.add(NODES[i].cell.i);
  restyle();
  showPanel(from);
  announce(pathTitle(found) + (LANG_ZH ? '：' : ': ') + pathCount(found));
  holder.focus({preventScroll: true});
  reveal(from, S.path);
}

function takeEnd(n) {
  if (!mayEnd(n)) return;
  if (PATH.from === null || PATH.from === n.i) {
    PATH.from = n.i;
    announce(fill(T.path_from_here, {name: cut(n.label, 40)}));
    if (S.selected === n.i) showPanel(n);
  } else showPaths(NODES[PATH.from], n);
}

const endName = to => typeof to === 'string' ? fill(T.path_nearest, {kind: D.typeNames[to] || to}) : cut(to.label, 60);
const pathTitle = f => cut(f.from.label, 60) + ' → ' + endName(f.to);
const pathCount = f => f.paths.length ? fill(T.path_count, {hops: f.hops, count: f.paths.length}) + (f.truncated ? T.path_more : '') : fill(T.path_none, {hops: WAYS.max_hops});

/* --- panel --------------------------------------------------------------------------------------------------- */
function pathParts(found, notes) {
  return [el('h3', {}, el('bdi', {}, pathTitle(found))), el('div', {class: 'kind'}, pathCount(found)),
    shortList(found.paths.map((nodes, k) => el('li', {class: 'way'}, found.paths.length > 1 ? el('h5', {}, fill(T.path_number, {number: k + 1})) : null,
      el('div', {}, go(NODES[nodes[0]])), ...hopsOf(nodes).map(hop => hopRow(hop, notes))))),
    el('p', {class: 'kind'}, T.path_rule)];
}

function hopRow(hop, notes) {
  const arrow = {forward: '↓', backward: '↑', undirected: '—'}[hop.direction], support = [].concat(...hop.edges.map(e => supportOf(e.facts, '')));
  const more = hop.edges.length - 1;
  return el('div', {class: 'hop'}, el('span', {class: 'kind', title: edgeWords(hop.edges[0]) || null}, arrow + ' ' + (D.edgeNames[hop.type] || hop.type),
    footnotes(support, notes), more ? ' ' + fill(T.also_stated, {count: more}) : null), el('div', {}, go(NODES[hop.dst])));
}

/* What the panel of a node offers: to the nearest of a type, or to a second node. */
function pathOffer(n) {
  if (!mayEnd(n)) return null;
  const kinds = META.linkKinds.concat(WAYS.kinds.filter(kind => !META.linkKinds.includes(kind))).filter(kind => WAYS.kinds.includes(kind));
  const box = el('select', {'aria-label': T.path_to, id: 'path-to'}, ...kinds.map(kind => el('option', {value: kind}, D.typeNames[kind] || kind)));
  const from = PATH.from === null ? null : NODES[PATH.from];
  const text = from && from !== n ? fill(T.path_end, {name: cut(from.label, 20)}) : T.path_from;
  return el('section', {}, el('h4', {}, T.path), el('div', {class: 'offer'}, el('span', {class: 'kind'}, T.path_to), box,
    el('button', {type: 'button', id: 'path-go', onclick: () => showPaths(n, box.value)}, T.path_go)),
  el('div', {class: 'offer one'}, el('button', {type: 'button', id: 'path-end', 'aria-pressed': String(from === n), onclick: () => takeEnd(n)}, text)));
}

/* --- picture: a line from mark to mark along each path; broken where it passes what is not drawn -------------- */
function drawWalk(pen) {
  if (!S.walk) return;
  const seen = new Set();
  for (const nodes of S.walk.paths.slice(0, DRAWN_PATHS)) {
    let before = null, passed = false;
    for (const i of nodes) {
      const at = standIn(NODES[i]);
      if (!at || HIDDEN.has(at.i)) { passed = true; continue; }
      if (before && before !== at) drawLeg(pen, before, at, passed, seen);
      before = at;
      passed = false;
    }
  }
}

function drawLeg(pen, a, b, passed, seen) {
  const key = a.i + ':' + b.i + ':' + passed;
  if (seen.has(key)) return;
  seen.add(key);
  const d = CURVED ? curve(a, b) : 'M' + a.x + ' ' + a.y + 'L' + b.x + ' ' + b.y;
  pen.path(d, {stroke: C.panel, width: 6, cap: 'round', alpha: 0.8});
  pen.path(d, {stroke: C.focus, width: 2.8, cap: 'round', dash: passed ? [7, 6] : []});
}
