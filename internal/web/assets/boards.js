// Boards that stay current. An element says what it shows and where it is fetched again:
//   <section data-board="telegrams" hx-get="/duty/telegrams" hx-trigger="board">
// One event stream for the page names a topic; the regions of that topic fetch themselves anew. A stream
// carries topics only, never content.
// On a phone, what is folded there ([data-fold]) is closed as it comes.
(() => {
  const phone = matchMedia('(max-width: 720px)');
  const fold = () => phone.matches && document.querySelectorAll('[data-fold]').forEach((e) => (e.open = e.matches(':focus-within')));
  fold();
  document.addEventListener('htmx:afterSettle', fold);
})();
(() => {
  const regions = () => [...document.querySelectorAll('[data-board]')];
  const topics = [...new Set(regions().map((e) => e.dataset.board))];
  if (!topics.length || !window.EventSource || !window.htmx) return;
  const note = document.getElementById('offline');
  const typing = (e) => e.contains(document.activeElement) && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  const behind = new Set(); // what was passed over while somebody typed in it: fetched once he has gone on
  const refresh = (topic) =>
    regions().forEach((e) => {
      if (topic && e.dataset.board !== topic) return;
      if (typing(e)) return behind.add(e);
      behind.delete(e);
      htmx.trigger(e, 'board');
    });
  // A moment later: a press of the button that comes next is not to lose its button.
  addEventListener('focusout', () => behind.size && setTimeout(() => behind.forEach((e) => !typing(e) && behind.delete(e) && htmx.trigger(e, 'board')), 1500));

  let source;
  let wait = 1000;
  let lost = 0;
  const offline = () => {
    if (!note || !note.hidden) return;
    const t = new Date(lost);
    const clock = [t.getHours(), t.getMinutes()].map((x) => String(x).padStart(2, '0')).join(':');
    note.querySelector('b').textContent = note.dataset.title.replace('{time}', clock);
    note.hidden = false;
  };
  const connect = () => {
    source = new EventSource('/events?' + topics.map((t) => 'topic=' + encodeURIComponent(t)).join('&'));
    source.onopen = () => {
      if (note) note.hidden = true;
      if (lost) refresh();
      lost = 0;
      wait = 1000;
    };
    source.onmessage = (e) => refresh(e.data);
    source.addEventListener('crowded', () => (wait = 30000)); // many pages are open: this one listens again later
    source.onerror = () => {
      source.close();
      lost = lost || Date.now();
      if (Date.now() - lost > 8000) offline();
      setTimeout(connect, wait + Math.random() * 500);
      wait = Math.min(wait * 2, 30000);
    };
  };
  connect();
  addEventListener('pagehide', () => source.close());
})();
