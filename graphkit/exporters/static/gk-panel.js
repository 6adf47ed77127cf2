/* The panel: every fact with the numbers of its sources, every source with date, place, quote and confidence. */
const FEW = 12;

function showPanel(n) {
  const panel = $('#panel');
  panel.hidden = !n;
  if (!n) return;
  const notes = new Map();
  const parts = S.walk ? pathParts(S.walk, notes) : n.more ? moreParts(n) : nodeParts(n, notes);
  refill($('#detail'), parts.concat(n.more || GROUPS || (n.year && !S.walk) ? [] : [sourceList(notes)]));
  panel.scrollTop = 0;
}

const go = n => el('button', {class: 'go', type: 'button', title: n.name.length > 24 ? cut(n.name, 400) : null, onclick: () => { openNode(n); }},
  mark(n), el('bdi', {}, cut(n.label, 40)));

function openNode(n) {
  setView('map');
  if (!n.more && !soon(n)) turnTo(n.year);
  if (HIDDEN.has(n.i)) { resetFilters(); refresh(); }
  select(n);
  holder.focus({preventScroll: true});
}

function nodeParts(n, notes) {
  if (GROUPS) return [el('h3', {}, el('bdi', {}, n.name)), ...groupParts(n), relations(n, notes)];
  const place = [caption(n)].concat(n.type === 'Industry' ? [] : chainNames(n), n.type === 'Industry' ? [] : segmentNames(n), townOf(n) === n.name ? '' : townOf(n));
  return [
    el('h3', {class: n.name.length > 200 ? 'long' : null}, el('bdi', {}, n.name), footnotes(supportOf(n.facts, ''), notes)),
    el('div', {class: 'kind'}, [...new Set(place)].filter(Boolean).map(p => cut(p, 40)).join(' · ')),
    pills(n),
    factList(n, notes),
    n.status === 'gap' ? gapBox(n) : n.status === 'unknown' ? el('div', {class: 'box'}, el('b', {}, T.unknown), T.unknown_why) : null,
    changeBox(n),
    stepBox(n),
    plannedFor(n),
    n.year ? null : reasons(n, notes),
    brokerBox(n),
    resources(n),
    notLinked(n),
    pathOffer(n),
    segmentUnits(n),
    n.year ? null : relations(n, notes),
  ];
}

function pills(n) {
  if (n.planned) return el('span', {class: 'pill open'}, T.planned);
  if (isUnit(n)) {
    if (!n.status) return null;
    const pill = el('span', {class: 'pill ' + n.status}, statusText(n));
    if (n.gained) pill.className = 'pill gained';
    else if (n.status === 'covered') pill.style.background = MODES.get(n.mode).light;
    return pill;
  }
  if (!n.orgMode) return null;
  const pill = el('span', {class: n.year ? 'pill gained' : 'pill covered'}, MODES.get(n.orgMode).caption);
  if (!n.year) pill.style.background = MODES.get(n.orgMode).light;
  return pill;
}

const supportOf = (facts, property) => [].concat(...facts.filter(f => f.property === property).map(f => f.statements));

function factList(n, notes) {
  const rows = [];
  for (const f of n.facts) {
    if (!f.property) continue;
    const value = el('dd', {}, el('bdi', {}, f.value), footnotes(f.statements, notes));
    for (const [other, statement] of f.others) value.append(el('div', {class: 'other'}, T.other_value + ' ', el('bdi', {}, other), footnotes([statement], notes)));
    rows.push(el('dt', {}, propertyName(n.type, f.property)), value);
  }
  return rows.length ? el('dl', {}, ...rows) : null;
}

const propertyName = (type, property) => D.properties[type + '.' + property] || D.properties['.' + property] || property;

/* Footnote numbers are given in the order in which the panel mentions the statements. */
function footnotes(statements, notes) {
  const unique = [...new Set(statements)];
  if (!unique.length) return null;
  const sup = el('sup', {});
  for (const s of unique.slice(0, 4)) {
    if (!notes.has(s)) notes.set(s, notes.size + 1);
    sup.append(el('button', {type: 'button', class: 'note', 'aria-label': fill(T.source_number, {number: notes.get(s)}), onclick: () => flash('note-' + s)}, String(notes.get(s))));
  }
  return sup;
}

function flash(id) {
  const item = document.getElementById(id);
  item.scrollIntoView({block: 'nearest'});
  item.classList.remove('flash');
  void item.offsetWidth; // restarts the animation
  item.classList.add('flash');
}

function sourceList(notes) {
  if (!notes.size) return el('p', {class: 'kind'}, T.no_source);
  const items = [...notes.keys()].map(s => {
    const st = STATEMENTS[s], source = SOURCES[st.source];
    const facts = [source.publisher, source.date || T.undated, source.kind].filter(Boolean).join(' · ');
    return el('li', {id: 'note-' + s}, el('b', {}, source.name || source.dataset), el('cite', {}, facts),
      st.place ? el('cite', {}, T.place + ' ', el('bdi', {}, st.place)) : null,
      st.confidence !== null ? el('cite', {}, T.confidence + ' ' + st.confidence) : null,
      st.quote ? el('q', {}, st.quote) : null);
  });
  return el('section', {class: 'src'}, el('h4', {}, T.sources), el('ol', {}, ...items));
}

function gapBox(n) {
  const why = fill({yes: T.key_why, no: T.key_no}[n.key] || T.key_unknown, {rule: META.keyRule});
  return el('div', {class: 'box gap'}, el('b', {}, n.preparing ? T.preparing : n.key === 'yes' ? T.key : T.gap), why,
    S.hints.length ? el('div', {class: 'kind'}, T.near_organisations) : null,
    S.hints.length ? el('div', {class: 'links'}, ...S.hints.map(go)) : null);
}

function reasons(n, notes) {
  if (!n.ties.length) return n.status === 'covered' ? el('section', {}, el('h4', {}, T.reasons), el('p', {class: 'kind'}, T.reported)) : null;
  const mine = isUnit(n);
  return el('section', {}, el('h4', {}, mine ? T.reasons : T.covers), shortList(n.ties.map(t => {
    const other = NODES[mine ? t.organisation : t.unit];
    const words = [t.mode ? MODES.get(t.mode).caption : T.mode_not_stated, D.rules[t.rule] || t.rule].concat(t.certain ? [] : [T.possible]);
    const support = [].concat(...t.edges.map(e => supportOf(EDGES[e].facts, '')));
    return el('li', {}, go(other), el('span', {class: 'kind'}, ' ' + words.join(' · ')), footnotes(support, notes),
      t.via.length ? el('div', {class: 'kind'}, T.via + ' ', ...t.via.map(i => go(NODES[i]))) : null);
  })));
}

function resources(n) {
  if (!n.links.length) return null;
  return el('section', {}, el('h4', {}, T.nearest), el('ul', {class: 'plain'}, ...n.links.map(l => el('li', {}, go(NODES[l.resource]),
    el('span', {class: 'kind'}, ' ' + fill(T.hops, {count: l.hops})), l.brokers.length ? el('div', {class: 'kind'}, T.via + ' ', ...l.brokers.map(b => go(NODES[b]))) : null))));
}

function segmentUnits(n) {
  if (!PLACES.has(n.type)) return null;
  const units = shownUnits().filter(u => u.town === n.i || u.segments.includes(n.i) || u.chains.includes(n.i)).sort((a, b) => (a.status === 'gap' ? 0 : 1) - (b.status === 'gap' ? 0 : 1) || byUrgency(a, b));
  if (!units.length) return null;
  const h = headline(units);
  return el('section', {}, el('h4', {}, T.units_here), el('p', {class: 'kind'}, fill(T.counts, h)), shortList(units.map(u => el('li', {}, go(u), el('span', {class: 'kind'}, ' ' + statusText(u))))));
}

function moreParts(n) {
  const units = n.members.map(i => NODES[i]).filter(u => !HIDDEN.has(u.i));
  return [el('h3', {}, fill(T.more_of, {count: units.length})), el('p', {class: 'kind'}, T.more_why),
    el('ul', {class: 'plain'}, ...units.map(u => el('li', {}, go(u), el('span', {class: 'kind'}, ' ' + (isUnit(u) ? statusText(u) : caption(u))))))];
}

/* All other facts of the node that join it to something, by type and direction. */
function relations(n, notes) {
  const told = new Set([].concat(...n.ties.map(t => t.edges))), groups = new Map();
  for (const e of n.edges) {
    if (told.has(e.i)) continue;
    const out = e.a === n.i, undirected = GROUPS || D.undirected.includes(e.type), key = e.type + (undirected ? '' : out ? '>' : '<');
    if (!groups.has(key)) groups.set(key, {title: D.edgeNames[e.type], arrow: undirected ? '—' : out ? '→' : '←', items: []});
    groups.get(key).items.push([e, NODES[out ? e.b : e.a]]);
  }
  if (!groups.size) return null;
  const lists = [...groups.values()].map(g => el('div', {class: 'relation'}, el('h5', {}, g.title + ' ' + g.arrow),
    shortList(g.items.map(([e, other]) => el('li', {}, go(other), el('span', {class: 'kind'}, ' ' + edgeWords(e)), footnotes(supportOf(e.facts, ''), notes))))));
  return el('section', {}, el('h4', {}, T.relations), ...lists);
}

const edgeWords = e => GROUPS ? '× ' + number(GROUPS.count[e.i]) : e.facts.filter(f => f.property).map(f => propertyName(e.type, f.property) + ' ' + f.value).join(' · ');

function shortList(items) {
  const list = el('ul', {class: 'plain'}, ...items.slice(0, FEW));
  if (items.length > FEW) {
    const rest = el('li', {}, el('button', {type: 'button', class: 'all', onclick: () => { list.removeChild(rest); for (const i of items.slice(FEW)) list.append(i); }}, fill(T.show_all, {count: items.length})));
    list.append(rest);
  }
  return list;
}
