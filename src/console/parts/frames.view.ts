import { html, type Html } from '../../common/html.js';

/** The app's own lines in the stack of an error, the one that failed first. */
export function framesView(frames: readonly string[]): Html | false {
  return (
    frames.length > 0 &&
    html`<ul class="frames" aria-label="Where it failed">${frames.map((frame) => html`<li><code>${frame}</code></li>`)}</ul>`
  );
}
