/* Search over names, captions, towns and chains; Enter opens the first hit, the arrows move. */
const HITS = 12;
let current = -1;
const haystack = n => [n.name, n.label, caption(n), townOf(n)].concat(chainNames(n), segmentNames(n)).join(' ').slice(0, 2000).toLowerCase();
let HAYSTACKS = null; /* made when somebody searches */

/* A name that starts with what was typed comes first, then any name, then other words. */
function found(text) {
  if (!HAYSTACKS) HAYSTACKS = NODES.map(haystack);
  const rank = n => n.name.toLowerCase().startsWith(text) ? 0 : n.name.toLowerCase().includes(text) ? 1 : 2;
  return NODES.filter(n => HAYSTACKS[n.i].includes(text)).sort((a, b) => rank(a) - rank(b) || isUnit(b) - isUnit(a) || DEGREE[b.i] - DEGREE[a.i] || a.i - b.i).slice(0, HITS);
}

function search() {
  const text = $('#q').value.trim().toLowerCase(), box = $('#hits');
  current = -1;
  box.hidden = !text;
  $('#q').setAttribute('aria-expanded', String(Boolean(text)));
  if (!text) return refill(box, []);
  const hits = found(text);
  refill(box, hits.length ? hits.map((n, k) => el('li', {role: 'option', id: 'hit-' + k, 'data-id': n.id, 'aria-selected': 'false', onpointerdown: e => { e.preventDefault(); pick(n); }},
    mark(n), el('bdi', {class: 'name'}, cut(n.name, 40)), el('small', {}, n.year ? fill(T.plan_founded, {year: n.year}) : isUnit(n) && n.status === 'gap' ? T.gap : caption(n)))) : [el('li', {class: 'none'}, T.no_hits)]);
  return moveHit(0);
}

function moveHit(to) {
  const options = [...document.querySelectorAll('#hits [role=option]')];
  if (!options.length) return;
  current = (to + options.length) % options.length;
  options.forEach((o, k) => o.setAttribute('aria-selected', String(k === current)));
  $('#q').setAttribute('aria-activedescendant', 'hit-' + current);
}

function closeSearch() {
  $('#q').value = '';
  search();
}

function pick(n) {
  closeSearch();
  openNode(n);
}

function listenToSearch() {
  const q = $('#q');
  q.addEventListener('input', search);
  q.addEventListener('blur', () => setTimeout(() => { $('#hits').hidden = true; }, 120));
  q.addEventListener('keydown', e => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') moveHit(current + (e.key === 'ArrowDown' ? 1 : -1));
    else if (e.key === 'Enter') { const o = $('#hits [aria-selected=true]'); if (o) pick(BY_ID.get(o.getAttribute('data-id'))); }
    else if (e.key === 'Escape') { closeSearch(); holder.focus(); }
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
}
