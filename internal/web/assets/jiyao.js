// Core behaviour of every page. Nothing here decides anything: a page works without this file, which adds the
// scan box, keys, countdowns, dialogs and guards against lost or doubled input. Hooks are data- attributes.
(() => {
  const $ = (s, r = document) => r.querySelector(s);
  const $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const root = document.documentElement;
  const words = $('#words')?.dataset || {};
  const typing = () => active()?.matches('textarea, select, input:not([type=radio], [type=checkbox])');
  const modal = () => $('dialog:modal');
  const active = () => document.activeElement;

  // ---- toast
  let toastTimer;
  const hush = () => {
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => ($('.toast').hidden = true), 4200);
  };
  const toast = (text) => {
    const e = $('.toast');
    e.textContent = text;
    e.hidden = false;
    hush();
  };

  // ---- scan box: F2 and / focus it; a scanner's burst outside any field is caught and sent. A single
  // character waits 40 ms before it is a shortcut, so that a scanned digit never sets a level.
  const scan = () => $('#bigscan') || $('#scan');
  let burst = '';
  let last = 0;
  let later;
  const catchScan = (e) => {
    if (e.key === 'Shift') return true;
    const quick = e.timeStamp - last < 35;
    last = e.timeStamp;
    if (quick) clearTimeout(later);
    if (e.key === 'Enter' && quick && burst.length > 5 && scan()) {
      scan().value = burst;
      scan().form.requestSubmit();
      e.preventDefault();
      return true;
    }
    const plain = e.key.length === 1 && e.key !== ' ';
    burst = plain ? (quick ? burst + e.key : e.key) : '';
    if (plain && burst.length === 1) later = setTimeout(() => shortcut(e), 40);
    if (e.key === '/') e.preventDefault();
    return plain;
  };
  const beep = () => {
    try {
      const a = new AudioContext();
      const o = a.createOscillator();
      o.frequency.value = 180;
      o.connect(a.destination);
      o.start();
      o.stop(a.currentTime + 0.18);
    } catch { /* no sound on this terminal */ }
  };
  const scanFailed = (box, said) => {
    const f = box.form;
    f.classList.add('bad');
    setTimeout(() => f.classList.remove('bad'), 1200);
    box.focus();
    box.select();
    beep();
    toast(said);
  };

  // ---- rows: J and K walk them, Enter opens
  const rows = () => $$('[data-row]');
  const walk = (by) => {
    const all = rows();
    if (!all.length) return;
    const i = all.findIndex((r) => r.classList.contains('sel'));
    const next = all[Math.min(all.length - 1, Math.max(0, i < 0 ? 0 : i + by))];
    all.forEach((r) => r.classList.toggle('sel', r === next));
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  };

  // ---- unsaved input
  const dirty = new Set();
  const saved = () => !$$('form').some((f) => dirty.has(f));
  const back = () => {
    const link = $('[data-back]');
    if (!saved() && !confirm(words.unsaved)) return;
    dirty.clear();
    if (link) link.click();
    else if (history.length > 1) history.back();
  };
  addEventListener('input', (e) => {
    const f = e.target.form;
    if (f && f.method === 'post' && !f.matches('[data-scan],[data-nodirty]')) dirty.add(f);
    const want = e.target.dataset?.match;
    if (want) e.target.setCustomValidity(e.target.value.trim() === want ? '' : want);
  });
  addEventListener('beforeunload', (e) => {
    if (!saved()) e.preventDefault();
  });

  // ---- keys
  const shortcut = (e) => {
    const k = e.key.toLowerCase();
    const own = $$('[data-key]').find((b) => b.dataset.key.toLowerCase() === k && !b.disabled);
    if (own) own.click();
    else if (k === 'f2' || k === '/') scan()?.focus(), scan()?.select();
    else if (k === '?') $('#help').showModal();
    else if (k === 'j') walk(1);
    else if (k === 'k') walk(-1);
    else if (k === 'escape') back();
    else if (k === 'enter' && active()?.matches('[data-row]')) $('a', active())?.click();
    else return;
    e.preventDefault();
  };
  // Ctrl+Enter sends the form under the focus; outside of one, the nearest that can be seen and is the only one there.
  const sender = () => {
    const f = active()?.form;
    if (f) {
      const all = $$('button:not([type=button]):enabled', f);
      return all.find((b) => b.matches('[data-submit]')) || (all.length < 2 && all[0]);
    }
    const end = modal();
    for (let r = end && !end.contains(active()) ? end : active(); r; r = r === end ? null : r.parentElement) {
      const all = $$('[data-submit]:enabled', r).filter((b) => b.checkVisibility());
      if (all.length) return all.length < 2 && all[0];
    }
  };
  addEventListener('keydown', (e) => {
    if (e.isComposing || e.keyCode === 229 || e.altKey || e.metaKey) return;
    if (e.ctrlKey) {
      const b = e.key === 'Enter' && sender();
      if (b) b.click(), e.preventDefault();
      return;
    }
    if (modal()) return;
    if (typing()) return /^(F\d+|Escape)$/.test(e.key) && shortcut(e);
    if (e.key === ' ') return hold(e);
    if (!catchScan(e)) shortcut(e);
  });

  // ---- hold Space to reveal a masked title; the server records it, the answer stays only while held
  let held;
  const hold = (e) => {
    const at = active();
    const f = at?.closest('[data-reveal]') || (at?.matches('[data-row]') && $('[data-reveal]', at));
    if (!f) return;
    e.preventDefault();
    if (e.repeat || held) return;
    const mark = { f, html: $('button', f).textContent };
    held = mark;
    fetch(f.action, { method: 'POST', headers: { 'HX-Request': 'true' }, body: new URLSearchParams(new FormData(f)) })
      .then((r) => (r.ok ? r.text() : ''))
      .then((t) => {
        if (held !== mark || !t) return;
        const b = $('button', f);
        b.textContent = t;
        b.className = 'shown';
      })
      .catch(() => {});
  };
  const letGo = () => {
    if (!held) return;
    const b = $('button', held.f);
    b.textContent = held.html;
    b.className = 'mask';
    held = null;
  };
  addEventListener('keyup', (e) => e.key === ' ' && letGo());
  addEventListener('blur', letGo);

  // ---- clicks
  const act = {
    open: (t, v, e) => (e.preventDefault(), $(v)?.showModal()),
    close: (t, v, e) => (e.preventDefault(), t.closest('dialog').close()),
    hide: (t, v) => (t.closest(v).hidden = true),
    fill: (t, v) => (($(v).value = t.textContent.trim()), $(v).focus()),
    print: () => print(),
    toast: (t, v) => toast(v),
    sizeToggle: () => root.toggleAttribute('data-size') && (root.dataset.size = 'large'),
    night: () => {
      const to = root.dataset.theme === 'night' ? 'day' : 'night';
      root.dataset.theme = to;
      document.cookie = `theme=${to};path=/;max-age=31536000;samesite=strict`;
    },
  };
  document.addEventListener('click', (e) => {
    const t = e.target.closest('button, a');
    if (!t) return;
    for (const k in t.dataset) act[k]?.(t, t.dataset[k], e);
  });

  // ---- a form is sent once; a failed htmx answer frees it again
  const once = (e) => {
    const f = e.target;
    if (f.dataset.sent) {
      e.preventDefault();
      e.stopImmediatePropagation();
      return toast(words.busy);
    }
    if (f.matches('[data-reveal]')) return;
    f.dataset.sent = '1';
    dirty.delete(f);
    setTimeout(() => delete f.dataset.sent, 20000);
  };
  document.addEventListener('submit', once, true);
  const free = () => $$('[data-sent]').forEach((f) => delete f.dataset.sent);
  addEventListener('pageshow', (e) => (e.persisted ? location.reload() : free()));
  document.addEventListener('htmx:beforeSwap', (e) => {
    free();
    const f = e.detail.requestConfig.elt;
    if (e.detail.xhr.status < 400 || !f.matches('[data-scan]')) return;
    const said = $('[data-said]', new DOMParser().parseFromString(e.detail.xhr.responseText, 'text/html'));
    if (!said) return;
    e.detail.shouldSwap = false;
    scanFailed($('input', f), said.dataset.said);
  });
  document.addEventListener('htmx:sendError', free);

  // ---- at once
  if ($('.toast') && !$('.toast').hidden) hush();
})();
