import { type HangarConfig } from './hangar-config.js';

type Rule = readonly [broken: (config: HangarConfig) => boolean, name: string, problem: string];

const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;
/** The modes with which `pg` encrypts; it treats `prefer` like `require`. */
const TLS_MODE = /^(?:prefer|require|verify-ca|verify-full|no-verify)$/;
const NEEDS_HTTPS =
  'must be an https address with NODE_ENV=production, except on this host; HANGAR_ALLOW_HTTP=true allows http';

/** In production, secrets cross the network encrypted only, unless an operator allows otherwise. */
export const TRANSPORT_RULES: readonly Rule[] = [
  [(c) => isRefused(c, c.publicUrl), 'PUBLIC_URL', NEEDS_HTTPS],
  [(c) => isRefused(c, c.planeBaseUrl), 'PLANE_BASE_URL', NEEDS_HTTPS],
  [(c) => c.apps.some(({ baseUrl }) => isRefused(c, baseUrl)), 'HANGAR_APPS', `${NEEDS_HTTPS}; a baseUrl is not`],
  [(c) => !isRefused(c, c.publicUrl) && isRefused(c, c.planeRedirectUri), 'PLANE_REDIRECT_URI', NEEDS_HTTPS],
  [
    (c) => c.production && !c.allowPlaintextDatabase && !!c.databaseUrl && !isProtected(c),
    'DATABASE_URL',
    'must use TLS with NODE_ENV=production, except on this host: add ?sslmode=verify-full, or set PGSSLMODE; HANGAR_ALLOW_PLAINTEXT_DATABASE=true allows a connection without TLS',
  ],
];

function isRefused({ production, allowHttp }: HangarConfig, url: string): boolean {
  const parsed = URL.parse(url);
  return production && !allowHttp && parsed?.protocol === 'http:' && !LOOPBACK.test(parsed.hostname);
}

/** Whether the connection is encrypted, or stays on this host: by a socket or the loopback interface. */
function isProtected({ databaseUrl, settings }: HangarConfig): boolean {
  // With a user and no host, as for a socket, it is no URL to Node.
  const url = URL.parse((databaseUrl?.reveal() ?? '').replace(/^(postgres(?:ql)?:\/\/)[^@/]*@\//, '$1/'));
  if (!url) return true; // reported by the variable's own check
  const of = (name: string): string | null => url.searchParams.get(name);
  const host = of('host') ?? (url.hostname || (settings['PGHOST'] ?? ''));
  if (host === '' || /^(?:\/|%2f)/i.test(host) || LOOPBACK.test(host)) return true;
  const mode = of('sslmode');
  if (mode !== null) return TLS_MODE.test(mode);
  if (['sslcert', 'sslkey', 'sslrootcert'].some((name) => of(name) !== null)) return true;
  const ssl = of('ssl');
  return ssl === null ? TLS_MODE.test(settings['PGSSLMODE'] ?? '') : /^(?:true|1|no-verify)$/.test(ssl);
}
