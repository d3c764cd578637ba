// Counting a list by scanning: each label that is read ticks its line; one that is on no line is put down as found beside the
// list. The scanner is never waited for: nothing is sent before the count is done.
(() => {
  const form = document.querySelector('[data-tick]');
  const part = form?.querySelector('[data-ticker]');
  if (!part) return;
  const box = part.querySelector('input');
  const said = part.querySelector('[role=status]');
  const others = form.elements.others;
  const lines = () => [...form.querySelectorAll('[data-label]')];
  const say = (name, label) => {
    const n = lines().filter((l) => l.checked).length;
    said.textContent = said.dataset[name].replace('{label}', label).replace('{n}', n).replace('{of}', lines().length);
    said.classList.toggle('bad', name !== 'on');
  };
  part.hidden = false;
  box.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.isComposing) return;
    e.preventDefault();
    const label = box.value.normalize('NFKC').trim().toUpperCase();
    box.value = '';
    if (!label) return;
    const line = lines().find((l) => l.dataset.label === label);
    if (line) {
      const twice = line.checked;
      line.checked = true;
      line.closest('tr').scrollIntoView({ block: 'nearest' });
      return say(twice ? 'twice' : 'on', label);
    }
    if (!others.value.split(/\s+/).includes(label)) others.value = (others.value + '\n' + label).trim();
    say('off', label);
  });
})();
