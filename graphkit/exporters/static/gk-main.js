/* Start: texts, theme, engine, listeners. `window.gk` is for notebooks and tests. */
function refresh() {
  computeHidden();
  $('#subtitle').textContent = (PLAN.year ? planWords() + ' · ' : '') + META.subtitle;
  renderSide();
  renderTowns();
  if (document.activeElement !== $('#f-women')) $('#f-women').value = FILTER.women;
  restyle();
  if (!$('#list').hidden) renderList();
  rememberState();
}

function setTheme(theme) {
  document.documentElement.setAttribute('data-theme', theme);
  readTheme();
  forgetStyles();
  renderSide();
  restyle();
  if (S.selected !== null) showPanel(MARKS[S.selected]);
}

/* Every fixed text of the template carries the key of its caption. */
function writeTexts() {
  for (const e of document.querySelectorAll('[data-t]')) e.textContent = T[e.getAttribute('data-t')];
  for (const e of document.querySelectorAll('[data-label]')) e.setAttribute('aria-label', T[e.getAttribute('data-label')]);
  for (const e of document.querySelectorAll('[data-title]')) e.setAttribute('title', T[e.getAttribute('data-title')]);
  $('#q').setAttribute('placeholder', T.search_hint);
  $('#title').textContent = cut(META.title, 200);
  $('#subtitle').textContent = META.subtitle;
  $('#invented').hidden = !META.invented;
  $('#legend').hidden = Boolean(GROUPS);
  if (PLAN.steps.length) $('.help').textContent += T.help_plan;
  if (SINCE) $('.help').textContent += T.help_since;
}

function listenToTools() {
  $('#view-map').addEventListener('click', () => setView('map'));
  $('#view-list').addEventListener('click', () => setView('list'));
  $('.skip').addEventListener('click', e => { e.preventDefault(); setView('list'); $('#list').focus(); });
  $('#fit').addEventListener('click', () => { select(null); fit(true); });
  $('#theme').addEventListener('click', () => setTheme(dark() ? 'light' : 'dark'));
  $('#close').addEventListener('click', () => { select(null); holder.focus(); });
  $('#list-all').addEventListener('change', e => { LIST.all = e.target.checked; renderList(); });
  $('#f-town').addEventListener('change', e => { FILTER.town = e.target.value; filtersChanged(); });
  $('#f-women').addEventListener('input', e => { FILTER.women = Number(e.target.value) || 0; filtersChanged(); });
  $('#paint').addEventListener('change', e => paintLinks(e.target.checked));
  for (const foot of FEET) $('#tab-' + foot).addEventListener('click', () => showFoot(foot));
  addEventListener('resize', () => { if (S.selected === null) fit(false); });
}

writeTexts();
document.documentElement.setAttribute('data-theme', matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
readTheme();
resetFilters();
computeHidden();
startEngine();
listenToTools();
listenToSearch();
listenToKeys();
listenToExports();
refresh();
fit(false);
listenToAddress();
window.gk = {net, layout: META.layout, state: S, filter: FILTER, hidden: HIDDEN, setTheme, setView, toSVG, pngBlob, csv: csvText, refresh, resetFilters,
  turnTo, plan: PLAN, walking: () => S.walk !== null, moves: () => shownMoves().map(n => ({id: n.id, change: n.change})), show: (from, to) => showPaths(BY_ID.get(from), BY_ID.get(to) || to), nodes: () => NODES,
  dependants: () => [...DEPENDANTS.values()].map(d => ({id: NODES[d.broker].id, lost: d.lost, pairs: d.pairs, units: d.units.map(i => NODES[i].id)})),
  paths: (from, to) => pathsByIds(BY_ID.get(from), BY_ID.get(to) || to),
  totals: kind => (kind === 'row' ? ROWS : COLS).map((_, k) => totalOf(kind, k)), cells: () => CELLS.map((_, k) => cellHead(k)),
  select: id => select(id === null ? null : BY_ID.get(id)), node: id => BY_ID.get(id),
  labels: () => currentLabels().map(l => ({id: l.n.id, text: l.text, x: l.x, y: l.y, width: l.width, size: l.size})),
  pos: id => screenView().at(standIn(BY_ID.get(id)))};
