const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

/**
 * Headers of every page: nothing inline runs, nothing is loaded from elsewhere, nothing is framed, cached or told.
 *
 * @param formTargets origins that forms may lead to beside our own: a sign-out is sent on to the identity provider
 */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  const policy = { ...POLICY, 'form-action': ["'self'", ...formTargets].join(' ') };
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': Object.entries(policy)
      .map(([name, value]) => `${name} ${value}`)
      .join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
}
