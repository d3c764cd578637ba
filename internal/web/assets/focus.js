// Where the focus stands. An answer sets it to the first wrong field, else to what it says; a part that is drawn anew
// under somebody's hands leaves it where it was; a dialog that opened by itself gives it back to its opener.
(() => {
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];

  // ---- the first wrong field: [data-wrong] is the sentence beside it; a fold around it opens
  const field = (e) => {
    const all = $$('input:enabled:not([type=hidden]), select:enabled, textarea:enabled', e.closest('.f, fieldset, td') || e);
    return all.find((x) => x.matches('.err, [aria-invalid=true], :checked')) || all[0];
  };
  const wrong = (r) => {
    const all = $$('[data-wrong]', r).map(field).filter((e) => e && !e.closest('dialog:not([open])'));
    const first = all.find((e) => e.closest('dialog:modal')) || all[0];
    for (let d = first?.closest('details:not([open])'); d; d = d.parentElement.closest('details:not([open])')) d.open = true;
    return first;
  };
  const answer = (r) => (wrong(r) || $$('dialog:modal [data-focus]', r)[0] || $$('[data-focus]', r)[0])?.focus();

  // ---- a part drawn anew: the same link, button or row again. Where it is gone, the one before it that does nothing by
  // itself, so that an Enter already on its way acts on nothing else.
  const stops = (r) => $$('a[href], button, input:not([type=hidden]), select, textarea, summary, [data-row]', r);
  const key = (e) =>
    [e.tagName, e.name, e.value, e.form?.action, (e.closest('a') || e.querySelector('a'))?.href, e.matches('a, summary, button') && e.textContent.trim()].join('\n');
  let at;
  document.addEventListener('htmx:beforeSwap', (e) => {
    const now = document.activeElement;
    const all = e.detail.shouldSwap && e.detail.target.contains(now) ? stops(e.detail.target) : [];
    const i = all.indexOf(now);
    at = i < 0 ? null : { sel: now.classList.contains('sel'), before: all.slice(0, i + 1).map((x) => ({ k: key(x), act: x.matches('button') })) };
  });
  document.addEventListener('htmx:afterSwap', (e) => {
    const was = at;
    at = null;
    if (!was || document.activeElement !== document.body) return;
    const all = stops(e.detail.target);
    const nth = (i) => {
      const k = was.before[i].k;
      return all.filter((x) => key(x) === k)[was.before.slice(0, i).filter((x) => x.k === k).length];
    };
    let i = was.before.length - 1;
    let to = nth(i);
    while (!to && --i >= 0) to = was.before[i].act ? null : nth(i);
    to ||= e.detail.target;
    if (to.matches('[data-row]') || to === e.detail.target) to.tabIndex = -1;
    if (was.sel) to.classList.add('sel');
    to.focus({ preventScroll: true });
  });
  document.addEventListener('htmx:afterSettle', (e) => answer(e.target.parentNode));

  // ---- the Enter that opens a dialog does not also send it from the field that it opens with
  const opens = (e) => {
    if (e.detail || !e.target.closest('[data-open]')) return; // by the mouse
    const stop = (k) => k.key === 'Enter' && k.preventDefault();
    addEventListener('keypress', stop, true);
    addEventListener('keyup', () => removeEventListener('keypress', stop, true), { capture: true, once: true });
  };
  document.addEventListener('click', opens, true);

  // ---- at once
  const opener = (d) => $$('[data-open]').find((b) => b.dataset.open === '#' + d.id)?.focus();
  const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const list = $$('dialog[open]');
  if (named?.showModal && !list.length) list.push(named);
  list.forEach((d) => (d.close(), opener(d), d.showModal()));
  answer(document);
})();
