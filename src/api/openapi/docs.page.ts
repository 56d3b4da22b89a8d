/** The page for people: everything comes from here. */
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
    <main id="ui"><noscript>This page needs script. <a href="/api/openapi.json">The description itself</a> does not.</noscript></main>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/init.js"></script>
  </body>
</html>
`;

/** Starts the page. What acts in a browser's session carries the session's token. */
export const DOCS_SCRIPT = `async function withToken(request) {
  if ((request.method ?? 'GET').toUpperCase() === 'GET') return request;
  const answer = await fetch('/api/v1/me');
  const { csrfToken } = answer.ok ? await answer.json() : {};
  if (csrfToken) request.headers['x-csrf-token'] = csrfToken;
  return request;
}

SwaggerUIBundle({
  url: '/api/openapi.json',
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

/** No inline script, no style element, nobody else's host; pictures in its style sheet are data. */
export const DOCS_POLICY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
