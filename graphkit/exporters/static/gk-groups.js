/* Groups: a town, a chain or a segment as one mark with its counts; the number on a line sums the edges between two. */
const GROUPS = D.groups, MOST_SUMS = 40;
const headOf = n => GROUPS.heads[n.i];
/* To the public a count may be hidden (-1): then it is ×, and what would tell it is not drawn. */
const isWhole = h => h.units > 0 && h.covered >= 0 && h.gap >= 0 && h.unknown >= 0;
const countWord = v => v < 0 ? '×' : number(v);
const sumOf = e => GROUPS ? GROUPS.total[e.i] : 0;

/* The same three parts as in every bar: covered full, unknown dotted, gap empty with a red edge. */
function arc(r, from, to) {
  const point = t => (r * Math.sin(2 * Math.PI * t)).toFixed(2) + ' ' + (-r * Math.cos(2 * Math.PI * t)).toFixed(2);
  if (to - from > 0.999) return 'M0 ' + -r + 'A' + r + ' ' + r + ' 0 1 1 0 ' + r + 'A' + r + ' ' + r + ' 0 1 1 0 ' + -r + 'Z';
  return 'M' + point(from) + 'A' + r + ' ' + r + ' 0 ' + (to - from > 0.5 ? 1 : 0) + ' 1 ' + point(to);
}

function drawGroup(pen, n, alpha, hot) {
  const h = headOf(n), at = {x: n.x, y: n.y, alpha}, r = n.r;
  pen.path(arc(r, 0, 1), Object.assign({fill: C.panel, stroke: hot ? C.focus : C.line, width: hot ? 5 : 1.2}, at));
  if (META.counted && isWhole(h)) {
    const covered = h.covered / h.units, unknown = covered + h.unknown / h.units;
    if (h.gap) pen.path(arc(r - 3, unknown, 1), Object.assign({stroke: C.gap, width: 1.6}, at));
    if (h.unknown) pen.path(arc(r - 3, covered, unknown), Object.assign({stroke: C.unknown, width: 5, dash: [1.6, 2.4]}, at));
    if (h.covered) pen.path(arc(r - 3, 0, covered), Object.assign({stroke: C.unit, width: 5.6}, at));
  }
  if (META.counted && !isWhole(h) && h.units > 0 && h.covered >= 0) pen.path(arc(r - 3, 0, h.covered / h.units), Object.assign({stroke: C.unit, width: 5.6}, at));
  const others = Object.keys(GROUPS.others[n.i]).reduce((sum, kind) => sum + GROUPS.others[n.i][kind], 0);
  const told = !h.units ? number(others) : META.counted ? countWord(h.covered) + '/' + countWord(h.units) : countWord(h.units);
  const size = fitText(told, 14, 700, 2 * r - 18) === told ? 14 : 11;
  pen.text(told, {x: n.x, y: n.y - (META.counted && h.units ? 5 : 0), size, weight: 700, fill: h.units ? C.ink : C.mut, alpha});
  if (!META.counted || !isWhole(h)) return;
  const shares = interval(h, 0).replace(/ %$/, '%'), small = textWidth(shares, 9.5, 400) > 2 * r - 16;
  pen.text(shares, {x: n.x, y: n.y + 9, size: small ? 8.4 : 9.5, fill: C.mut, alpha});
}

/* Numbers of the strongest lines, or of the lines of what is selected; none lies on another or on a mark. */
function drawSums(pen, view) {
  if (!GROUPS) return;
  const used = taken();
  for (const n of NODES) if (drawn(n)) used.take(Object.assign(markBox(view, n), {own: -1}));
  for (const l of placeLabels(view)) used.take({x0: l.x - l.width / 2, x1: l.x + l.width / 2, y0: l.y - l.size * 0.6, y1: l.y + l.size * 0.6, own: -1});
  const shown = EDGES.filter(e => sumOf(e) && (S.selected === null || e.a === S.selected || e.b === S.selected)).sort((a, b) => sumOf(b) - sumOf(a) || a.i - b.i);
  for (const e of shown.slice(0, MOST_SUMS)) {
    const a = view.at(NODES[e.a]), b = view.at(NODES[e.b]), text = number(sumOf(e)), half = textWidth(text, 11.5, 600) / 2 + 2;
    for (const t of [0.5, 0.4, 0.6, 0.3, 0.7]) {
      const x = a.x + (b.x - a.x) * t, y = a.y + (b.y - a.y) * t, box = {x0: x - half, x1: x + half, y0: y - 8, y1: y + 8, own: -2};
      if (!used.free(box, -3)) continue;
      used.take(box);
      pen.text(text, {x, y, size: 11.5, weight: 600, fill: C.ink, halo: C.bg, haloWidth: 4});
      break;
    }
  }
}

const headWords = h => T.column_units + ' ' + countWord(h.units) + ' · ' + fill(T.counts, {covered: countWord(h.covered), gap: countWord(h.gap), unknown: countWord(h.unknown)});

function groupParts(n) {
  const h = headOf(n), others = GROUPS.others[n.i], kinds = Object.keys(others).sort((a, b) => others[b] - others[a]);
  return [
    META.counted && h.units ? el('p', {}, isWhole(h) ? el('b', {}, interval(h)) : null, (isWhole(h) ? ' · ' : '') + headWords(h)) : el('p', {}, T.column_units + ' ' + countWord(h.units)),
    h.women > 0 ? el('p', {class: 'kind'}, fill(T.women_headline, {covered: number(h.women_covered), women: number(h.women)}) + (h.women_unknown ? fill(T.women_unknown, {count: h.women_unknown}) : '')) : null,
    kinds.length ? el('section', {}, el('h4', {}, T.group_others), el('ul', {class: 'plain'}, ...kinds.map(kind => el('li', {}, D.typeNames[kind] + ' ' + number(others[kind]))))) : null,
    GROUPS.inside[n.i] ? el('p', {class: 'kind'}, fill(T.group_inside, {count: number(GROUPS.inside[n.i])})) : null,
  ];
}

const groupColumns = () => [{key: 'name', text: n => n.name, sort: n => n.name}]
  .concat(['units', 'covered', 'gap', 'unknown'].filter(key => key === 'units' || META.counted).map(key => ({key, text: n => countWord(headOf(n)[key]), sort: n => headOf(n)[key], number: true})),
    META.counted ? [{key: 'interval', text: n => isWhole(headOf(n)) ? interval(headOf(n)) : headOf(n).units ? '×' : interval(headOf(n)), sort: n => isWhole(headOf(n)) ? headOf(n).covered / headOf(n).units : -1, number: true}] : []);
