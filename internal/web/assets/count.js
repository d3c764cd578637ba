// Stock-taking without a pause. What the scanner types is taken from the box at Enter and put in a queue, which is sent
// one by one and in order; the box is free at once. A scan that was not answered (no network, a session that ended) stays at
// the head of the queue and is sent again with the key it had, so that it counts once.
(() => {
  const $ = (s) => document.querySelector(s);
  const form = $('[data-count]');
  if (!form || !window.htmx) return;
  const box = form.elements.code;
  const place = document.getElementById('count-place');
  const note = document.getElementById('waiting');
  const shots = document.getElementById('shots');
  const loud = $('[data-sound]');
  const queue = [];
  let busy = false;
  let pause = 500;
  let quiet;

  const key = () => [...crypto.getRandomValues(new Uint8Array(10))].map((b) => b.toString(16).padStart(2, '0')).join('');
  const say = (why) => {
    note.hidden = !why && queue.length < 3;
    if (!note.hidden) note.textContent = note.dataset[why || 'waiting'].replace('{n}', queue.length);
  };

  // ---- two tones, right and wrong
  let audio;
  const tone = (right) => {
    if (loud.getAttribute('aria-pressed') !== 'true') return;
    try {
      audio = audio || new AudioContext();
      const o = audio.createOscillator();
      o.frequency.value = right ? 880 : 180;
      o.connect(audio.destination);
      o.start();
      o.stop(audio.currentTime + (right ? 0.06 : 0.3));
    } catch { /* no sound on this terminal */ }
  };
  loud.hidden = false;
  loud.addEventListener('click', () => {
    loud.setAttribute('aria-pressed', loud.getAttribute('aria-pressed') !== 'true');
    box.focus();
  });

  // ---- an answer: its card on top, its piece off the list, the figures of what is expected one up
  const add = (name, n = 1) => document.querySelectorAll(`[data-tally=${name}]`).forEach((e) => (e.textContent = +e.textContent + n));
  const share = (keys) => {
    add('answered');
    for (const e of document.querySelectorAll('[data-share]')) {
      if (keys.includes(e.dataset.share)) e.textContent = `${++e.dataset.n} / ${e.dataset.of}`;
    }
  };
  const answered = (html) => {
    htmx.swap(shots, html, { swapStyle: 'afterbegin' });
    while (shots.children.length > 4) shots.lastElementChild.remove();
    const { result, piece, was, shares } = shots.firstElementChild?.dataset || {};
    if (result !== 'double' && result !== 'wrong' && result) add(result);
    if (was) add(was, -1);
    if (shares) share(shares.split(' '));
    if (piece) document.querySelector(`[data-awaits="${CSS.escape(piece)}"]`)?.remove();
    tone(!!shots.firstElementChild?.matches('.shot:not(.bad)'));
  };

  const send = async () => {
    if (busy || !queue.length) return;
    busy = true;
    let why = '';
    try {
      const r = await fetch(form.action, { method: 'POST', headers: { 'HX-Request': 'true' }, body: new URLSearchParams(queue[0]), signal: AbortSignal.timeout(20000) });
      if (r.status === 401) why = 'login';
      else if (r.status >= 500 || r.status === 429) why = 'away';
      else {
        const html = await r.text();
        queue.shift();
        answered(html);
        pause = 500;
      }
    } catch {
      why = 'away';
    }
    say(why);
    if (why) {
      await new Promise((go) => setTimeout(go, pause));
      pause = Math.min(pause * 2, 8000);
    }
    busy = false;
    clearTimeout(quiet);
    if (queue.length) send();
    else quiet = setTimeout(() => htmx.trigger('#state', 'state'), 3000);
  };
  const take = (text) => {
    for (const code of text.split(/[\r\n\t]+/)) if (code.trim()) queue.push({ code: code.trim(), place: place?.value || '', _key: key() });
    say('');
    send();
  };

  form.addEventListener('submit', (e) => {
    e.preventDefault();
    delete form.dataset.sent; // the next one comes at once
    const text = box.value;
    box.value = '';
    take(text);
  });
  box.addEventListener('paste', (e) => {
    const text = e.clipboardData.getData('text');
    if (!/[\r\n]/.test(text.trim())) return;
    e.preventDefault();
    take(text);
  });
  $('[data-open="#close"]')?.addEventListener('click', () => htmx.trigger('#state', 'state')); // what is left, as it is now
  place?.addEventListener('change', () => box.focus());
  addEventListener('beforeunload', (e) => queue.length && e.preventDefault());
})();
