// Fields that are drawn anew for what was chosen, [data-anew] with htmx's own attributes. What was typed while the answer
// was on its way is never lost: the fields then follow at the next change. An answer that is not the fields (a session that
// ended, a server that is away) changes nothing either; the form says so when it is sent.
(() => {
  const typed = (e) => String(new URLSearchParams(new FormData(e.form)));
  const asked = new WeakMap();
  const waiting = new Set();
  const ours = (e) => e.detail.elt?.matches('[data-anew]');
  document.addEventListener('htmx:beforeRequest', (e) => {
    if (ours(e)) asked.set(e.detail.elt, typed(e.detail.elt));
  });
  document.addEventListener('htmx:beforeOnLoad', (e) => {
    if (!ours(e)) return;
    const f = e.detail.elt;
    const late = e.detail.xhr.status === 200 && typed(f) !== asked.get(f);
    if (late) waiting.add(f);
    if (late || e.detail.xhr.status !== 200) e.preventDefault();
  });
  document.addEventListener('change', (e) => {
    waiting.forEach((f) => f.contains(e.target) || htmx.trigger(f, 'change'));
    waiting.clear();
  });
})();
