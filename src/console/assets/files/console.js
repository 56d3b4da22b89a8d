// The console works without JavaScript. This script adds live updates and prevents repeated submits.
function element(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return template.content.firstElementChild;
}

/** A page without user input must not keep its session alive. */
const IDLE_MS = 10 * 60 * 1000;
let inputAt = Date.now();
for (const type of ['keydown', 'pointerdown', 'pointermove', 'scroll'])
  addEventListener(type, () => (inputAt = Date.now()), { passive: true });

/** A live part of the page: shows updates from the server and announces them. */
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

  pauseWhenIdle() {
    if (!this.source || Date.now() - inputAt < IDLE_MS) return;
    this.close('Paused after 10 minutes without input');
    this.press(true);
  }

  announce(text) {
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
    this.source.addEventListener('open', () => this.announce('Live'));
    this.press(false);
  }

  pause() {
    this.close('Paused');
    this.press(true);
  }

  close(text) {
    this.source?.close();
    this.source = undefined;
    this.announce(text);
  }

  press(pressed) {
    if (!this.button) return;
    this.button.setAttribute('aria-pressed', String(pressed));
    this.button.textContent = pressed ? 'Resume' : 'Pause';
  }

  lost() {
    if (this.source?.readyState === EventSource.CLOSED) {
      this.close('No live updates: use Refresh.');
      this.press(true);
    } else this.announce('Connection lost; reconnecting');
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
    if (!this.first) this.announce(added > 0 ? `Live: ${added} new` : 'Live: updated');
    this.first = false;
  }

  /** Keeps the focus on the link with the same address. */
  replace(known, fresh) {
    const focused = known.contains(document.activeElement) ? document.activeElement.getAttribute('href') : undefined;
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

/** Forms of a page from the back/forward cache may be submitted again. */
function enableForms() {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('button')) button.removeAttribute('aria-disabled');
  }
}

/** The checkbox that selects all. */
function tickAll(event) {
  const all = event.target;
  if (!all.matches('[data-tick-all]')) return;
  for (const box of all.form.querySelectorAll('input[type=checkbox][name]')) box.checked = all.checked;
}

for (const box of document.querySelectorAll('[data-live]')) {
  const live = new Live(box);
  live.open();
  setInterval(() => live.pauseWhenIdle(), 30_000);
}
for (const all of document.querySelectorAll('[data-tick-all]')) all.closest('label').hidden = false;
document.addEventListener('submit', sendOnce);
document.addEventListener('change', tickAll);
addEventListener('pageshow', enableForms);
document.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
