/* The same data as a table: sorted by any column, filtered like the picture, read by any screen reader. */
const LIST = {by: GROUPS ? 'units' : 'status', down: Boolean(GROUPS), all: !META.hasCoverage};
const SHORT = new Set(['type', 'town', 'linked', 'mode']);
const STATUS_ORDER = {gap: 0, unknown: 1, covered: 2, '': 3};
const organisationNames = n => [...new Set(n.ties.map(t => NODES[isUnit(n) ? t.organisation : t.unit].name))].map(name => cut(name, 40)).join(LANG_ZH ? '、' : ', ');
const sourcesOf = n => [...new Set(supportOf(n.facts, '').map(s => SOURCES[STATEMENTS[s].source]).map(s => [s.date, s.name].filter(Boolean).join(' ')))].map(s => cut(s, 40)).join('；');

const COLUMNS = GROUPS ? groupColumns() : [
  {key: 'name', text: n => n.name, sort: n => n.name},
  {key: 'type', text: caption, sort: caption},
  {key: 'chain', text: n => chainNames(n).concat(segmentNames(n)).join(' · '), sort: n => chainNames(n).concat(segmentNames(n)).join()},
  {key: 'town', text: townOf, sort: townOf},
  {key: 'women', text: n => n.women_text, sort: n => n.women === null ? -1 : n.women, number: true},
  {key: 'status', text: n => isUnit(n) ? statusText(n) : n.planned ? T.planned : '', sort: n => STATUS_ORDER[n.status] * 1e7 - (n.key === 'yes' ? 1e6 : 0) - (n.women || 0)},
  {key: 'change', text: changeText, sort: n => n.change ? CHANGES.indexOf(n.change) : 9},
  {key: 'linked', text: n => linkWords[n.linked] || '', sort: n => n.linked === 'no' ? 0 : n.linked ? 1 : 2},
  {key: 'mode', text: n => n.status === 'covered' ? MODES.get(n.mode).caption : '', sort: n => n.mode},
  {key: 'organisation', text: organisationNames, sort: organisationNames},
  {key: 'source', text: sourcesOf, sort: sourcesOf},
].filter(c => (c.key !== 'linked' || hasLinks) && (c.key !== 'change' || SINCE));

function listRows() {
  const rows = NODES.filter(n => !HIDDEN.has(n.i) && (LIST.all || isUnit(n) || isGone(n)));
  const column = COLUMNS.find(c => c.key === LIST.by), collator = new Intl.Collator(LANG_ZH ? 'zh-CN' : 'en', {numeric: true});
  const keys = new Map(rows.map(n => [n.i, column.sort(n)]));
  const order = (a, b) => { const x = keys.get(a.i), y = keys.get(b.i); return typeof x === 'number' ? x - y : collator.compare(x, y); };
  return rows.sort((a, b) => (LIST.down ? -1 : 1) * order(a, b) || a.i - b.i);
}

function cell(n, column) {
  const text = column.text(n);
  if (column.key === 'name') return el('th', {scope: 'row'}, mark(n), el('button', {type: 'button', class: 'open', title: text.length > 40 ? cut(text, 400) : null, onclick: () => openNode(n)}, el('bdi', {}, cut(text, 60))));
  return el('td', column.number ? {class: 'n'} : column.key === 'status' ? {class: 'is-' + n.status} : SHORT.has(column.key) ? {class: 'short'} : {}, column.key === 'town' ? cut(text, 24) : text);
}

function renderList() {
  const head = COLUMNS.map(c => {
    const sorted = LIST.by === c.key, direction = sorted ? (LIST.down ? 'descending' : 'ascending') : 'none';
    return el('th', {scope: 'col', 'aria-sort': direction, class: c.number ? 'n' : null},
      el('button', {type: 'button', 'data-key': c.key, onclick: () => sortBy(c.key)}, T['column_' + c.key], el('span', {'aria-hidden': 'true'}, sorted ? (LIST.down ? ' ▼' : ' ▲') : '')));
  });
  refill($('#list thead'), [el('tr', {}, ...head)]);
  refill($('#list tbody'), firstRows(listRows(), n => el('tr', {'data-id': n.id}, ...COLUMNS.map(c => cell(n, c))), left => el('tr', {}, el('td', {colspan: COLUMNS.length}, left))));
  $('#list-all').checked = LIST.all;
  $('#list-all').parentNode.hidden = !META.hasCoverage;
}

function sortBy(key) {
  LIST.down = LIST.by === key ? !LIST.down : key === 'women';
  LIST.by = key;
  renderList();
  $('#list [data-key="' + key + '"]').focus();
}

function setView(view) {
  const list = view === 'list';
  $('#list').hidden = !list;
  document.body.setAttribute('data-view', view);
  $('#view-map').setAttribute('aria-pressed', String(!list));
  $('#view-list').setAttribute('aria-pressed', String(list));
  if (!list) return;
  select(null);
  renderList();
}
