import { createHash } from 'node:crypto';
import { html, Html } from './html.js';

const STYLE = `:root{color-scheme:light dark;font:1.05rem/1.5 system-ui,sans-serif}
body{max-width:34rem;margin:12vh auto;padding:0 1.2rem}
h1{font-size:1.5rem}
small{opacity:.7}
a{color:LinkText}
button{font:inherit;padding:.4rem 1rem}`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

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
        <title>${title}</title>
        <style>${new Html(STYLE)}</style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`.text;
}
