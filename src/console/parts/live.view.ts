import { html, type Html } from '../../common/html.js';
import { linkOf } from './pages.view.js';

/**
 * Updates a list while its page is open, by the parts that `<path>/live` sends. Without JavaScript only the link works; with it,
 * the state is shown and updates can be paused.
 *
 * @param listId of the element that gets new rows
 */
export function liveListView(path: string, given: URLSearchParams, listId: string): Html {
  return html`<div class="live" data-live="${linkOf(`${path}/live`, given)}" data-live-list="${listId}">
    <p class="live-state" role="status" aria-live="polite" data-live-state></p>
    <button type="button" hidden data-live-pause aria-pressed="false">Pause</button>
    <a href="${linkOf(path, given)}">Refresh</a>
  </div>`;
}

/** Updates a page while it is open, by the parts that `<path>/live` sends. */
export function livePageView(path: string): Html {
  return html`<div class="live" data-live="${path}/live">
    <p class="live-state" role="status" aria-live="polite" data-live-state></p>
    <a href="${path}">Refresh</a>
  </div>`;
}
