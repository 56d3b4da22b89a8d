/** The documentation page. All its files come from this server. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Hangar: API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
  </head>
  <body>
    <main id="ui"><noscript>This page needs JavaScript. See <a href="/api/openapi.json">the OpenAPI document</a>.</noscript></main>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/init.js"></script>
  </body>
</html>
`;

/** Starts the page, whose address is `/api/docs`, below the path of `PUBLIC_URL`. Requests that change something send the CSRF token of the browser's session. */
export const DOCS_SCRIPT = `async function withToken(request) {
  if ((request.method ?? 'GET').toUpperCase() === 'GET') return request;
  const answer = await fetch('v1/me');
  const { csrfToken } = answer.ok ? await answer.json() : {};
  if (csrfToken) request.headers['x-csrf-token'] = csrfToken;
  return request;
}

SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  validatorUrl: null,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  requestInterceptor: withToken,
  presets: [SwaggerUIBundle.presets.apis],
});
`;

/** No inline script or style, no other host; the style sheet has images as data URLs. */
export const DOCS_POLICY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
