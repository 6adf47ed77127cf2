/* The keyboard does all that the mouse does: arrows move to the nearest mark in that direction. */
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
const reachable = () => MARKS.filter(n => drawn(n) && !HIDDEN.has(n.i));

function move(dx, dy) {
  const from = S.focus === null ? null : standIn(MARKS[S.focus]), marks = reachable();
  let best = from ? null : marks[0], least = Infinity;
  if (from) for (const n of marks) {
    const x = n.x - from.x, y = n.y - from.y, ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (n === from || ahead <= 3) continue;
    const cost = ahead + 2.2 * aside;
    if (cost < least) { least = cost; best = n; }
  }
  if (!best) return;
  S.focus = best.i;
  announce(describe(best));
  reveal(best);
  net.redraw();
}

function nextGap() {
  const gaps = shownGaps();
  if (!gaps.length) { announce(T.no_gaps); return; }
  select(gaps[(gaps.findIndex(n => n.i === S.selected) + 1) % gaps.length]);
}

function zoomBy(factor) {
  moved();
  net.moveTo({scale: bounded(net.getScale() * factor)});
}

function stageKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return false;
  if (ARROWS[e.key]) move(...ARROWS[e.key]);
  else if (e.key === 'Enter' || e.key === ' ') { if (S.focus !== null) select(MARKS[S.focus]); }
  else if (e.key === 'g' || e.key === 'G') nextGap();
  else if (e.key === 'c' || e.key === 'C') nextChange();
  else if (e.key === 'p' || e.key === 'P') { if (S.focus !== null) takeEnd(MARKS[S.focus]); }
  else if (e.key === 'y' || e.key === 'Y') nextYear();
  else if (e.key === '0') fit(true);
  else if (e.key === '+' || e.key === '=') zoomBy(1.25);
  else if (e.key === '-') zoomBy(0.8);
  else return false;
  return true;
}

function pageKey(e) {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
  if (e.key === '/' && !typing) { e.preventDefault(); $('#q').focus(); }
  else if (e.key === 'Escape' && S.selected !== null) { select(null); holder.focus(); }
}

function listenToKeys() {
  holder.addEventListener('keydown', e => { if (stageKey(e)) e.preventDefault(); });
  document.addEventListener('keydown', pageKey);
}
