// The console works without this file. With it lists and outcomes go on by themselves, and a form is sent once.
function element(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return template.content.firstElementChild;
}

/** A page that nobody is at must not keep its session alive. */
const ALONE_MS = 10 * 60 * 1000;
let seenAt = Date.now();
for (const sign of ['keydown', 'pointerdown', 'pointermove', 'scroll'])
  addEventListener(sign, () => (seenAt = Date.now()), { passive: true });

/** A live part of the page: lets the server put in what is new, and says so politely. */
class Live {
  constructor(box) {
    this.box = box;
    this.state = box.querySelector('[data-live-state]');
    this.button = box.querySelector('[data-live-pause]');
    this.list = document.getElementById(box.dataset.liveList ?? '');
    this.first = true;
    if (this.button) {
      this.button.hidden = false;
      this.button.addEventListener('click', () => (this.source ? this.pause() : this.open()));
    }
  }

  leaveAlone() {
    if (!this.source || Date.now() - seenAt < ALONE_MS) return;
    this.close('Paused: nobody was here for 10 minutes');
    this.press(true);
  }

  say(text) {
    if (this.state && this.state.textContent !== text) this.state.textContent = text;
    this.box.dataset.on = this.source ? 'yes' : 'no';
  }

  open() {
    this.first = true;
    this.source = new EventSource(this.box.dataset.live);
    this.source.addEventListener('parts', (event) => this.put(JSON.parse(event.data)));
    this.source.addEventListener('ended', () =>
      this.close('Your session has ended. Reload the page to sign in again.'),
    );
    this.source.addEventListener('error', () => this.lost());
    this.source.addEventListener('open', () => this.say('Live'));
    this.press(false);
  }

  pause() {
    this.close('Paused');
    this.press(true);
  }

  close(text) {
    this.source?.close();
    this.source = undefined;
    this.say(text);
  }

  press(pressed) {
    if (!this.button) return;
    this.button.setAttribute('aria-pressed', String(pressed));
    this.button.textContent = pressed ? 'Go on' : 'Pause';
  }

  lost() {
    if (this.source?.readyState === EventSource.CLOSED) {
      this.close('No live updates: use Refresh.');
      this.press(true);
    } else this.say('The connection was lost; trying again');
  }

  put(parts) {
    let added = 0;
    for (const { id, html } of parts) {
      const fresh = element(html);
      const known = document.getElementById(id);
      if (known && known.outerHTML !== fresh.outerHTML) this.replace(known, fresh);
      else if (!known && this.list) {
        this.list.prepend(fresh);
        added += 1;
      }
      if (!this.first) fresh.dataset.fresh = 'yes';
    }
    if (added > 0) document.querySelector('[data-empty]')?.setAttribute('hidden', '');
    if (!this.first) this.say(added > 0 ? `Live: ${added} new` : 'Live: something changed');
    this.first = false;
  }

  /** Keeps the focus where it is: the link of the same address. */
  replace(known, fresh) {
    const focused = known.contains(document.activeElement)
      ? document.activeElement.getAttribute('href')
      : undefined;
    known.replaceWith(fresh);
    if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

function sendOnce(event) {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = 'yes';
  for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true');
}

/** A page that comes back out of the browser's memory may be sent from again. */
function forgetSent() {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('button')) button.removeAttribute('aria-disabled');
  }
}

/** The box at the head of a list of boxes. */
function tickAll(event) {
  const all = event.target;
  if (!all.matches('[data-tick-all]')) return;
  for (const box of all.form.querySelectorAll('input[type=checkbox][name]')) box.checked = all.checked;
}

for (const box of document.querySelectorAll('[data-live]')) {
  const live = new Live(box);
  live.open();
  setInterval(() => live.leaveAlone(), 30_000);
}
for (const all of document.querySelectorAll('[data-tick-all]')) all.closest('label').hidden = false;
document.addEventListener('submit', sendOnce);
document.addEventListener('change', tickAll);
addEventListener('pageshow', forgetSent);
document.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
