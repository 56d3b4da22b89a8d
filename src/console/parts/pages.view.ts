import { html, type Html } from '../../common/html.js';

/** The way to older entries and back to the newest. */
export function pagesView(path: string, query: URLSearchParams, next: string | undefined): Html | undefined {
  const older = new URLSearchParams(query);
  const newest = new URLSearchParams(query);
  newest.delete('before');
  if (next !== undefined) older.set('before', next);
  const isFirst = !query.has('before');
  if (isFirst && next === undefined) return undefined;
  return html`<nav class="pages" aria-label="Pages">
    ${isFirst ? html`<span class="hint">Newest</span>` : html`<a href="${linkOf(path, newest)}">Newest</a>`}
    ${next === undefined ? html`<span class="hint">No older ones</span>` : html`<a rel="next" href="${linkOf(path, older)}">Older</a>`}
  </nav>`;
}

/** A path with a query, where there is one. */
export function linkOf(path: string, query: URLSearchParams | Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
}
