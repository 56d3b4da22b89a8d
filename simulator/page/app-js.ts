/**
 * The front page's script: polls the changing parts every second, replaces those that differ, and submits forms
 * without a reload. The page works without it, with reloads.
 */
export const APP_JS = `const board = document.querySelector('[data-item]');
const notice = document.getElementById('notice');
const shown = new Map();

function say(text) {
  if (notice && notice.textContent !== text) notice.textContent = text;
}

function put(place, markup) {
  const focused = document.activeElement?.id;
  const open = [...place.querySelectorAll('details[open]')].map((each) => each.id);
  const typed = [...place.querySelectorAll('input[id]')].map((each) => [each.id, each.value]);
  place.innerHTML = markup;
  for (const [id, value] of typed) {
    const input = document.getElementById(id);
    if (input) input.value = value;
  }
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  const answer = await fetch('/live?item=' + encodeURIComponent(board.dataset.item));
  if (!answer.ok) throw new Error(String(answer.status));
  for (const [name, markup] of Object.entries(await answer.json())) {
    if (shown.get(name) === markup) continue;
    shown.set(name, markup);
    const place = document.querySelector('[data-live="' + name + '"]');
    if (place) put(place, markup);
  }
}

async function poll() {
  try {
    await refresh();
    if (notice?.dataset.lost) say('');
    delete notice.dataset.lost;
  } catch {
    notice.dataset.lost = 'yes';
    say('The simulator does not answer. Is it still running?');
  }
  setTimeout(poll, document.hidden ? 5000 : 1000);
}

async function submit(event) {
  const form = event.target;
  if (form.method !== 'post') return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const answer = await fetch(form.action, { method: 'POST', body, headers: { accept: 'application/json' } });
    const { error, item } = await answer.json();
    say(error ?? '');
    if (item && 'follow' in form.dataset) return location.assign('/?item=' + encodeURIComponent(item));
    if (answer.ok && 'clear' in form.dataset) form.reset();
    await refresh();
  } catch {
    say('The simulator could not be reached.');
  }
}

if (board) {
  document.addEventListener('submit', submit);
  document.querySelector('#picker select').addEventListener('change', (event) => event.target.form.submit());
  document.querySelector('#picker button').hidden = true;
  poll();
}
`;
