/* SVG from the same scene; PNG and the print sheet from the SVG. Paper is always light. */
const HEADING = 54, FOOT = 64;

function onPaper(draw) {
  const theme = document.documentElement.getAttribute('data-theme'), state = Object.assign({}, S);
  document.documentElement.setAttribute('data-theme', 'light');
  Object.assign(S, {selected: null, focus: null});
  readTheme();
  const result = draw();
  document.documentElement.setAttribute('data-theme', theme);
  Object.assign(S, state);
  readTheme();
  return result;
}

function toSVG() {
  return onPaper(() => {
    const w = META.width, h = META.height, box = [0, -HEADING, w, h + HEADING + FOOT];
    const root = svg('svg', {xmlns: SVG, viewBox: box.join(' '), width: w, height: box[3], 'font-family': FONT.replace(/"/g, "'")});
    root.append(svg('rect', {x: 0, y: -HEADING, width: w, height: box[3], fill: C.bg}));
    const pen = svgPen(root);
    drawHeading(pen, w);
    drawPaper(pen);
    drawHints(pen);
    drawWalk(pen);
    if (!drawMany(pen)) for (const l of allLines()) drawLine(pen, l);
    for (const n of drawSmall(pen, reachable()).sort((a, b) => (a.docked ? 1 : 0) - (b.docked ? 1 : 0))) drawNode(pen, n, false);
    const flat = {scale: 1, paper: true, width: w, height: h, at: n => ({x: n.x, y: n.y})};
    drawLabels(pen, namesOnPaper(flat));
    drawSums(pen, flat);
    drawKey(pen, w, h + 30);
    return root;
  });
}

function drawHeading(pen, w) {
  const h = COUNTED ? META.headline : headline(shownUnits());
  pen.text(fitText(META.title, 20, 700, w * 0.55), {x: 12, y: -34, size: 20, weight: 700, fill: C.accent, anchor: 'left'});
  const told = PLAN.year ? planWords() + ' · ' + META.subtitle : META.subtitle;
  pen.text(fitText(told, 12, 400, w * 0.7), {x: 12, y: -13, size: 12, fill: C.mut, anchor: 'left'});
  if (META.hasCoverage || COUNTED) pen.text(interval(h) + '  ' + fill(T.counts, h), {x: w - 10, y: -32, size: 14, weight: 700, fill: C.ink, anchor: 'right'});
  if (META.invented) pen.text(T.invented, {x: w - 10, y: -12, size: 12, weight: 700, fill: C.warn, anchor: 'right'});
}

function drawLine(pen, l) {
  const s = lineStyle(l), a = NODES[l.a], b = NODES[l.b];
  if (s.hidden) return;
  pen.path(CURVED ? curve(a, b) : 'M' + a.x + ' ' + a.y + 'L' + b.x + ' ' + b.y, {stroke: s.colour, width: s.width, dash: s.dash, alpha: s.opacity});
}

/* The key of a printed picture: what the side panel says on the screen. */
function drawKey(pen, w, y) {
  let x = 16, row = y;
  const next = width => { if (x + width > w - 20) { x = 16; row += 22; } };
  const word = (text, colour) => { pen.text(text, {x, y: row, size: 12, fill: colour || C.ink, anchor: 'left'}); x += textWidth(text, 12, 400) + 22; };
  if (META.hasCoverage && !QUADRANT.paint) for (const m of OFFERS.mode) {
    next(150);
    pen.path('M0 0H36', {x, y: row, stroke: modeColour(m), width: 2.4, dash: modeDash(m)});
    pen.path(D.shapes.Federation, {x: x + 18, y: row, k: 0.75, fill: modeColour(m), stroke: C.bg, width: 1.4});
    x += 44;
    word(MODES.get(m).caption);
  }
  if (META.hasCoverage) for (const [status, text] of [['gap', T.gap_key], ['unknown', T.unknown]]) {
    next(190);
    pen.path(D.shapes.Company, {x: x + 8, y: row, k: 0.7, stroke: C[status], width: 2.2, dash: status === 'gap' ? [] : [2.6, 2.2]});
    x += 22;
    word(text, C[status]);
  }
  if (PLAN.year) for (const [shape, text] of [['Company', T.plan_key_unit], ['Federation', T.plan_key_organisation]]) {
    next(230);
    pen.path(D.shapes[shape], {x: x + 8, y: row, k: 0.7, fill: shape === 'Company' ? C.planwash : null, stroke: C.plan, width: 2, dash: [3.2, 2]});
    x += 22;
    word(text, C.plan);
  }
  if (QUADRANT.paint) for (const link of LINK_STATES) {
    const colour = link === 'yes' ? C.linked : C.unlinked;
    next(130);
    pen.path(D.shapes.Company, {x: x + 8, y: row, k: 0.6, fill: colour});
    if (link === 'yes') pen.path('M0 0H16', {x, y: row + 9, stroke: colour, width: 2});
    x += 22;
    word(linkWords[link], colour);
  }
  for (const change of OFFERS.change.filter(Boolean)) {
    next(140);
    pen.path(CHANGE_MARKS[change], {x: x + 8, y: row, k: 0.75, fill: changeColour(change)});
    x += 22;
    word(changeWord(change));
  }
  for (const s of OFFERS.shape) {
    next(110);
    pen.path(D.shapes[s], {x: x + 8, y: row, k: 0.7, fill: C.unit});
    x += 22;
    word(D.shapeNames[s]);
  }
  if (META.hasCoverage) { next(150); word(T.area_is_women, C.mut); }
}

function save(blob, name) {
  const a = el('a', {href: URL.createObjectURL(blob), download: name});
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(a.href), 4000);
}

const fileName = suffix => (META.title.replace(/[\\/:*?"<>|\s]+/g, '_').slice(0, 60) || 'map') + suffix;
const svgBlob = () => new Blob([new XMLSerializer().serializeToString(toSVG())], {type: 'image/svg+xml;charset=utf-8'});

function pngBlob(scale) {
  return new Promise((done, failed) => {
    /* A data address, not a blob: the frame of a notebook may show pictures of no other kind. */
    const url = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(new XMLSerializer().serializeToString(toSVG())), image = new Image();
    image.onload = () => {
      const canvas = document.createElement('canvas');
      canvas.width = image.width * scale;
      canvas.height = image.height * scale;
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(done, 'image/png');
    };
    image.onerror = failed;
    image.src = url;
  });
}

/* The rows of the list as a table file: what the filters leave, in its order and with its columns. A text that a
   spreadsheet would take for a formula is led by an apostrophe, as in all tables that leave the house. */
const FORMULA = /^'*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]/;
function csvText() {
  const quoted = text => '"' + (FORMULA.test(text) ? "'" : '').concat(text).replace(/"/g, '""') + '"';
  const told = (n, c) => { const text = c.text(n); return c.number && /^[\d,]+$/.test(text) ? text.replace(/,/g, '') : text ? quoted(text) : ''; };
  const rows = [['id'].concat(COLUMNS.map(c => T['column_' + c.key])).map(quoted)];
  for (const n of listRows()) rows.push([quoted(n.id)].concat(COLUMNS.map(c => told(n, c))));
  return '\ufeff' + rows.map(row => row.join(',')).join('\r\n') + '\r\n';
}

const fillSheet = () => refill($('#sheet'), [toSVG()]);

function listenToExports() {
  $('#svg').addEventListener('click', () => save(svgBlob(), fileName('.svg')));
  $('#png').addEventListener('click', () => pngBlob(Math.min(3, 8000 / META.width)).then(blob => save(blob, fileName('.png'))));
  $('#csv').addEventListener('click', () => save(new Blob([csvText()], {type: 'text/csv;charset=utf-8'}), fileName('.csv')));
  $('#print').addEventListener('click', () => print());
  addEventListener('beforeprint', fillSheet);
}
