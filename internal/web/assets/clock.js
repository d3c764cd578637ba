// Countdowns. The server renders every deadline in full; this only keeps the text and the bar current, from the
// server's own clock (data-now of the body), never from the terminal's.
(() => {
  const $ = (s, r) => r.querySelector(s);
  const words = document.getElementById('words')?.dataset || {};
  const ahead = Date.now() / 1000 - (+document.body.dataset.now || Date.now() / 1000);
  const put = (s, v) => (s || '').replace(/\{(\w+)\}/g, (_, k) => v[k]);
  const span = (s) => {
    const m = Math.floor(Math.abs(s) / 60);
    const h = Math.floor(m / 60);
    const d = Math.floor(h / 24);
    const v = { m: h && h < 24 ? m % 60 : m, h: d ? h % 24 : h, d };
    const key = m < 1 ? 'moment' : h < 1 ? 'm' : h < 24 ? (m % 60 ? 'hm' : 'h') : d > 9 || !(h % 24) ? 'd' : 'dh';
    return put(words[key], v);
  };
  const two = (x) => String(x).padStart(2, '0');
  const state = (e, at, now) => {
    const warn = +e.dataset.warn;
    e.classList.toggle('late', now >= at);
    e.classList.toggle('soon', now < at && warn > 0 && now >= warn);
    const from = +e.dataset.opened;
    return from > 0 && at > from ? Math.min(1, Math.max(0, (now - from) / (at - from))) : now >= at ? 1 : 0;
  };
  const tick = () => {
    const now = Math.floor(Date.now() / 1000 - ahead);
    document.querySelectorAll('[data-due]').forEach((e) => {
      const at = +e.dataset.due;
      const share = state(e, at, now);
      if (!('fixed' in e.dataset)) $('span', e).textContent = put(now > at ? words.late : words.left, { span: span(at - now) });
      $('i', e).className = 'w-' + Math.round(share * 20) * 5;
    });
    document.querySelectorAll('[data-ring]').forEach((e) => {
      const at = +e.dataset.ring;
      const s = Math.abs(at - now);
      const share = state(e, at, now);
      $('b span', e).textContent = s < 3600 ? `${two(Math.floor(s / 60))}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}`;
      if (now >= at) $('b small', e).textContent = words.over;
      $('circle + circle', e).setAttribute('stroke-dasharray', `${Math.round(283 * (1 - share))} 283`);
    });
  };
  setInterval(tick, 1000);
  document.addEventListener('htmx:afterSettle', tick);
})();
