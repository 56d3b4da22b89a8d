import { createHash } from 'node:crypto';
import { html, Html } from './html.js';

/**
 * The colours and type of `console.css`, which a page cannot link to: the process that serves it may not have the role
 * `console`.
 */
export const PAGE_STYLE = `:root {
  color-scheme: light dark;
  --page: light-dark(#f5f6f4, #121514);
  --panel: light-dark(#ffffff, #1a1e1d);
  --line: light-dark(#dcdfda, #2e3533);
  --edge: light-dark(#868f8a, #74807b);
  --text: light-dark(#1a201e, #e7ebe9);
  --soft: light-dark(#55605b, #a3aea9);
  --accent: light-dark(#1b5e5a, #7fd1c9);
  --on-accent: light-dark(#ffffff, #0c1716);
  --radius: 0.6rem;
  font: 0.9375rem/1.5 system-ui, sans-serif;
}
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere }
a { color: var(--accent); text-underline-offset: 0.15em }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 0.2rem }
.top { padding: 0.6rem 1.25rem; background: var(--panel); border-bottom: 1px solid var(--line) }
.brand { display: inline-flex; align-items: center; gap: 0.5rem; font-size: 1.0625rem; font-weight: 700; color: var(--text); text-decoration: none }
.mark { color: var(--accent) }
main { max-width: 34rem; margin: 8vh auto; padding: 0 1.25rem }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: var(--radius); padding: 1.25rem 1.5rem }
.panel > :last-child { margin-bottom: 0 }
h1 { font-size: 1.5rem; font-weight: 650; line-height: 1.25; letter-spacing: -0.01em; margin: 0 0 1rem; text-wrap: balance }
p { margin: 0 0 0.75rem }
code { font: 0.875em/1.5 ui-monospace, Menlo, Consolas, monospace }
small, .hint { color: var(--soft); font-size: 0.875rem }
button, .button { display: inline-flex; align-items: center; font: inherit; font-weight: 600; color: var(--text); background: var(--panel); border: 1px solid var(--edge); border-radius: 0.45rem; padding: 0.4rem 0.7rem; min-height: 2.35rem; box-sizing: border-box; text-decoration: none; cursor: pointer }
button:hover, .button:hover { border-color: var(--accent) }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
`;
const STYLE_HASH = createHash('sha256').update(PAGE_STYLE).digest('base64');

/** The mark beside the name. */
export const BRAND = html`<svg class="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false"><path d="M3 27V15.5C3 9.7 8.8 5 16 5s13 4.7 13 10.5V27h-5v-9H8v9z" fill="currentColor"/><path d="M12 27v-5h8v5z" fill="currentColor"/></svg>`;

/**
 * Headers of a small page: it loads nothing, and is not framed or cached; its address, which may contain a code, is not
 * sent as referrer.
 *
 * @param formAction where its forms may be sent, including redirects: the `form-action` of the Content-Security-Policy
 */
export function pageHeaders(formAction = "'none'"): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

/** A small page without other resources. */
export function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${title} · Hangar</title>
        <style>${new Html(PAGE_STYLE)}</style>
      </head>
      <body>
        <header class="top"><a class="brand" href="/console">${BRAND}Hangar</a></header>
        <main>
          <div class="panel">
            <h1>${title}</h1>
            ${content}
          </div>
        </main>
      </body>
    </html>`.text;
}
