import { type HangarConfig } from '../../config/hangar-config.js';
import { fail, pass, type Finding } from './finding.js';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const CALLBACK = '/oauth/callback';

/** Whether `.env` holds a name that nothing reads. */
export function checkEnvironmentFile(warnings: readonly string[]): Finding {
  const check = 'configuration';
  return warnings.length === 0
    ? pass(check, 'every variable can be used')
    : fail(check, warnings.join(' '), 'Correct the names in .env');
}

/** Whether Plane can send browsers back to us. */
export function checkRedirectUri({ planeRedirectUri, publicUrl, production }: HangarConfig): Finding {
  const check = 'redirect uri';
  const uri = new URL(planeRedirectUri);
  const local = LOOPBACK.has(uri.hostname);
  if (uri.protocol !== 'https:' && (production || !local))
    return fail(
      check,
      `${uri.href} is not https: the code in it could be read on the way`,
      'Put TLS in front of Hangar and set PUBLIC_URL to its https address',
    );
  if (uri.pathname !== CALLBACK || uri.origin !== new URL(publicUrl).origin)
    return fail(
      check,
      `${uri.href} is not ${publicUrl}${CALLBACK}, where Hangar listens`,
      'Leave PLANE_REDIRECT_URI out, unless a proxy rewrites the address',
    );
  return pass(check, `${uri.href}: it must be among the Redirect URIs on the app's page in Plane`);
}
