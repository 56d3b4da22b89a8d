import { html, type Html } from '../../common/html.js';
import { type UnknownName } from '../../operations/delivery-search.service.js';

/** Links to the next page and back to the first. */
export function pagesView(path: string, query: URLSearchParams, next: string | undefined): Html | undefined {
  const older = new URLSearchParams(query);
  const newest = new URLSearchParams(query);
  newest.delete('before');
  if (next !== undefined) older.set('before', next);
  const isFirst = !query.has('before');
  if (isFirst && next === undefined) return undefined;
  return html`<nav class="pages" aria-label="Pages">
    ${isFirst ? html`<span class="hint">Newest</span>` : html`<a href="${linkOf(path, newest)}">Newest</a>`}
    ${next === undefined ? html`<span class="hint">No older entries</span>` : html`<a rel="next" href="${linkOf(path, older)}">Older</a>`}
  </nav>`;
}

/** A message about unknown names in a filter, with links to the same list with similar names. */
export function unknownNamesView(path: string, query: URLSearchParams, unknown: readonly UnknownName[]): Html[] {
  return unknown.map(({ parameter, name, similar }) => {
    const links = similar.map((each) => {
      const corrected = new URLSearchParams(query);
      corrected.set(parameter, each);
      return html` <a href="${linkOf(path, corrected)}">${each}</a>`;
    });
    return html`<div class="flash failed" role="alert"><p><strong>Unknown ${parameter}:</strong> ${name}.${
      links.length > 0 && html` Did you mean${links}?`
    }</p></div>`;
  });
}

/** A path with a query, where there is one. */
export function linkOf(path: string, query: URLSearchParams | Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
}
