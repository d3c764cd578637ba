// A table wider than its box says so: a line above it, a shade at its edge, and the keyboard scrolls it. Without this file it
// scrolls all the same.
(() => {
  const look = (box) => {
    const wide = box.scrollWidth > box.clientWidth + 1;
    const edge = box.getBoundingClientRect().right;
    const hidden = wide ? [...box.querySelectorAll('th')].filter((h) => h.getBoundingClientRect().right > edge + 1).length : 0;
    box.classList.toggle('wide', wide);
    box.classList.toggle('more-right', hidden > 0);
    if (wide) {
      box.tabIndex = 0;
      box.setAttribute('role', 'group');
      box.setAttribute('aria-label', box.querySelector('table')?.getAttribute('aria-label') || '');
    }
    let hint = box.previousElementSibling;
    if (!hint?.matches('.wide-hint')) {
      if (!wide) return;
      hint = document.createElement('p');
      hint.className = 'wide-hint';
      box.before(hint);
    }
    hint.hidden = !wide;
    hint.classList.toggle('quiet', !hidden);
    if (hidden) hint.textContent = box.dataset.wide.replace('{n}', hidden);
  };
  const all = () => document.querySelectorAll('.scroll[data-wide]').forEach(look);
  addEventListener('resize', all);
  document.addEventListener('scroll', (e) => e.target.matches?.('.scroll[data-wide]') && look(e.target), true);
  document.addEventListener('htmx:afterSettle', all);
  document.fonts?.ready.then(all);
  all();
})();
