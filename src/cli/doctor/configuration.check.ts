import { type PlaneConfig } from '../../config/areas/plane.config.js';
import { type ServerConfig } from '../../config/areas/server.config.js';
import { fail, pass, type Finding } from './finding.js';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Path of Plane's redirects, below the public URL of a process. */
export const CALLBACK = '/oauth/callback';

/** Checks `.env` for unknown names. */
export function checkEnvironmentFile(warnings: readonly string[]): Finding {
  const check = 'configuration';
  return warnings.length === 0
    ? pass(check, 'all variables are valid')
    : fail(check, warnings.join(' '), 'Correct the names in .env');
}

/** Checks that Plane can redirect browsers to Hangar. */
export function checkRedirectUri({ planeRedirectUri, publicUrl, production }: PlaneConfig & ServerConfig): Finding {
  const check = 'redirect uri';
  const uri = new URL(planeRedirectUri);
  const local = LOOPBACK.has(uri.hostname);
  if (uri.protocol !== 'https:' && (production || !local))
    return fail(
      check,
      `${uri.href} is not https, so the authorization code could be intercepted`,
      'Serve Hangar behind TLS and set PUBLIC_URL to its https URL',
    );
  if (uri.href !== publicUrl + CALLBACK)
    return fail(
      check,
      `${uri.href} is not ${publicUrl}${CALLBACK}, the callback URL of Hangar`,
      'Remove PLANE_REDIRECT_URI, unless a proxy rewrites the URL',
    );
  return pass(check, `${uri.href}: it must be among the Redirect URIs on the app's page in Plane`);
}
