import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { VARIABLES } from './areas.js';
import { everyAddress } from './every-address.js';
import { loadConfig } from './load-config.js';
import { ENCRYPTION_KEY, messageOf, PRODUCTION } from '../../test/support/load-config.js';

describe('loadConfig', () => {
  it('requires no variable in development', () => {
    const config = loadConfig({ PORT: '4000' });
    expect(config.publicUrl).toBe('http://localhost:4000');
    expect(config.planeRedirectUri).toBe('http://localhost:4000/oauth/callback');
    expect(config.roles).toEqual(['receiver', 'worker', 'scheduler', 'console']);
    expect(config).toMatchObject({
      webhookMaxBodyBytes: 5_242_880,
      webhookHoldSeconds: 20,
      production: false,
    });
  });

  it('reads lists, keys and addresses', () => {
    const config = loadConfig({ ...PRODUCTION, PLANE_BASE_URL: 'https://plane.example.com/' });
    expect(config.planeBaseUrl).toBe('https://plane.example.com');
    expect(config.planeWebhookSecrets.map((secret) => secret.reveal())).toEqual(['plane_wh_new', 'plane_wh_old']);
    expect(config.encryptionKeys.map(({ kid }) => kid)).toEqual(['2026a', '2025b']);
  });

  it.each([
    ['HTTP://Plane.Example.COM:80/', 'http://plane.example.com'],
    ['https://PLANE.example.com:443//', 'https://plane.example.com'],
    ['https://plane.example.com/Base/', 'https://plane.example.com/Base'],
    ['https://plane.example.com:8443', 'https://plane.example.com:8443'],
    ['https://plané.example', 'https://xn--plan-epa.example'],
  ])('reads PLANE_BASE_URL and PUBLIC_URL %j in one spelling', (written, url) => {
    expect(loadConfig({ PLANE_BASE_URL: written }).planeBaseUrl).toBe(url);
    expect(loadConfig({ PUBLIC_URL: written }).publicUrl).toBe(url);
  });

  it('reads what another server compares as it is written', () => {
    const redirectUri = 'https://Hangar.example.com:443/oauth/callback';
    const config = loadConfig({
      OIDC_ISSUER: 'https://Login.example.com:443/Realm',
      OIDC_CLIENT_ID: 'hangar',
      PLANE_REDIRECT_URI: redirectUri,
    });
    expect(config.oidcIssuer).toBe('https://Login.example.com:443/Realm');
    expect(config.planeRedirectUri).toBe(redirectUri);
  });

  it.each(['https://sso.example.com/application/o/hangar/', 'https://login.example.com/', 'https://login.example.com'])(
    'keeps the issuer %j as it is written, a final slash included; that of our own address goes',
    (issuer) => {
      const config = loadConfig({
        OIDC_ISSUER: issuer,
        OIDC_CLIENT_ID: 'hangar',
        PLANE_REDIRECT_URI: 'https://hangar.example.com/oauth/callback/',
      });
      expect(config.oidcIssuer).toBe(issuer);
      expect(config.planeRedirectUri).toBe('https://hangar.example.com/oauth/callback');
    },
  );

  it('prints no secret', () => {
    const config = loadConfig(PRODUCTION);
    const shown = inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config);
    expect(shown).toContain('[secret]');
    for (const text of ['hush', 'plane_wh_', ENCRYPTION_KEY]) expect(shown).not.toContain(text);
  });

  it('treats an empty text as not set', () => {
    expect(loadConfig({ PORT: '', PLANE_CLIENT_ID: '' }).port).toBe(3000);
  });

  it('reports all errors at once, each with an example', () => {
    const text = messageOf({
      NODE_ENV: 'production',
      PORT: 'abc',
      PLANE_BASE_URL: 'ftp://x',
      HANGAR_ROLES: 'receiver,cook',
      WEBHOOK_HOLD_SECONDS: '40',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://root:hush@x',
    });
    for (const name of ['PORT', 'PLANE_BASE_URL', 'HANGAR_ROLES', 'WEBHOOK_HOLD_SECONDS', 'LOG_LEVEL'])
      expect(text).toMatch(new RegExp(`^  ${name} .+\\n      for example: ${name}=.+$`, 'm'));
    for (const name of ['DATABASE_URL', 'PLANE_CLIENT_ID', 'HANGAR_ENCRYPTION_KEYS', 'PLANE_WEBHOOK_SECRETS'])
      expect(text).toContain(`  ${name} `);
    expect(text).toContain('9 errors');
  });

  it.each([
    ['a key of the wrong length', { HANGAR_ENCRYPTION_KEYS: 'a:c2hvcnQtaHVzaA==' }, 'entry 1 is not'],
    ['a duplicate key id', { HANGAR_ENCRYPTION_KEYS: `a:${ENCRYPTION_KEY},a:${ENCRYPTION_KEY}` }, 'key id "a" twice'],
    ['a client id alone', { PLANE_CLIENT_ID: 'id' }, 'PLANE_CLIENT_SECRET is required'],
    ['a database without keys', { DATABASE_URL: 'postgres://u:hush@h/d' }, 'HANGAR_ENCRYPTION_KEYS is required'],
    ['the same port for application and metrics', { PORT: '9464' }, 'METRICS_PORT must differ from PORT'],
    ['the simulator’s port', { METRICS_PORT: '3001' }, 'must differ from PORT + 1'],
    ['an OIDC client without issuer', { OIDC_CLIENT_ID: 'hangar' }, 'OIDC_ISSUER is required with OIDC_CLIENT_ID'],
    ['an issuer without client', { OIDC_ISSUER: 'https://login' }, 'OIDC_CLIENT_ID is required'],
    [
      'an http issuer in production',
      { ...PRODUCTION, OIDC_ISSUER: 'http://login', OIDC_CLIENT_ID: 'hangar' },
      'OIDC_ISSUER must be an https address',
    ],
    ['a map of an unknown role', { OIDC_ROLES_MAP: 'boss=admins' }, 'a role of viewer, operator, admin'],
    ['a map without claim', { OIDC_ROLES_MAP: 'admin=admins' }, 'OIDC_ROLES_CLAIM is required'],
    ['a JSON map of an unknown role', { OIDC_ROLES_MAP: '{"cn=a,dc=b": "boss"}' }, '"cn=a,dc=b" does not'],
    ['a JSON map that is none', { OIDC_ROLES_MAP: '{"cn=a,dc=b": admin}' }, 'must be valid JSON'],
    ['a separator without claim', { OIDC_ROLES_SEPARATOR: ',' }, 'OIDC_ROLES_CLAIM is required'],
    ['scopes without openid', { OIDC_SCOPES: 'profile email' }, 'openid among them'],
    ['an invalid trusted proxy', { TRUSTED_PROXIES: '10.0.0.0/8,10.0.0.0/40' }, '"10.0.0.0/40" is neither'],
    ['an invalid database address', { DATABASE_URL: 'mysql://u:hush@h/d' }, 'must be a postgres:// address'],
  ])('rejects %s without printing secrets', (_, environment, problem) => {
    const text = messageOf(environment);
    expect(text).toContain(problem);
    for (const hidden of ['c2hvcnQtaHVzaA', ENCRYPTION_KEY, 'hush']) expect(text).not.toContain(hidden);
  });

  it.each<[string, Record<string, string>, string]>([
    ['PUBLIC_URL', { PUBLIC_URL: 'http://hangar.example.com' }, 'HANGAR_ALLOW_HTTP'],
    ['PUBLIC_URL', { PUBLIC_URL: 'HTTP://10.0.0.1' }, 'HANGAR_ALLOW_HTTP'],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://localhost.example.com' }, 'HANGAR_ALLOW_HTTP'],
    ['PLANE_BASE_URL', { PLANE_BASE_URL: 'http://plane.internal' }, 'HANGAR_ALLOW_HTTP'],
    ['PLANE_REDIRECT_URI', { PLANE_REDIRECT_URI: 'http://hangar.example.com/back' }, 'HANGAR_ALLOW_HTTP'],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://u:hush@db/d' }, 'HANGAR_ALLOW_PLAINTEXT_DATABASE'],
    ['DATABASE_URL', { DATABASE_URL: 'postgresql://u:hush@db/d?sslmode=disable' }, 'HANGAR_ALLOW_PLAINTEXT_DATABASE'],
    ['DATABASE_URL', { DATABASE_URL: 'postgresql://u:hush@/d?host=db' }, 'HANGAR_ALLOW_PLAINTEXT_DATABASE'],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://u:hush@localhost/d?host=db' }, 'HANGAR_ALLOW_PLAINTEXT_DATABASE'],
  ])('in production, %s %j is rejected unless %s is true', (name, environment, allowed) => {
    const text = messageOf({ ...PRODUCTION, ...environment });
    expect(text).toContain('one error');
    expect(text).toMatch(new RegExp(`^  ${name} must .*${allowed}=true`, 'm'));
    expect(text).not.toContain('hush');
    expect(messageOf({ ...PRODUCTION, ...environment, [allowed]: 'true' })).toBe('');
    expect(messageOf({ ...PRODUCTION, ...environment, [allowed]: 'yes' })).toContain('must be true or false');
    expect(messageOf({ ...PRODUCTION, ...environment, NODE_ENV: 'development' })).toBe('');
  });

  it.each<Record<string, string>>([
    { PUBLIC_URL: 'http://localhost:3000', PLANE_BASE_URL: 'http://127.0.0.1:3001' },
    { PUBLIC_URL: 'http://[::1]:3000', PLANE_BASE_URL: 'http://plane.localhost' },
    { DATABASE_URL: 'postgres://u:hush@127.0.0.1:5432/d' },
    { DATABASE_URL: 'postgres://u:hush@[::1]/d' },
    { DATABASE_URL: 'postgres://u:hush@x/d?host=/var/run/postgresql' },
    { DATABASE_URL: 'postgres://u:hush@db/d?ssl=true' },
    { DATABASE_URL: 'postgres://u:hush@db/d', PGSSLMODE: 'verify-full' },
  ])('in production, %j is accepted', (environment) => {
    expect(messageOf({ ...PRODUCTION, ...environment })).toBe('');
  });

  it('requires NODE_ENV with a database and a Plane app, and says what to set', () => {
    const text = messageOf({ ...PRODUCTION, NODE_ENV: '' });
    expect(text).toContain('NODE_ENV is required with DATABASE_URL and PLANE_CLIENT_ID: set NODE_ENV=production, or');
    expect(messageOf({ ...PRODUCTION, NODE_ENV: 'development' })).toBe('');
  });

  it('listens on this host alone in development', () => {
    expect(loadConfig({}).host).toBe('127.0.0.1');
    expect(loadConfig(PRODUCTION).host).toBe(everyAddress());
    expect(loadConfig({ HOST: '::' }).host).toBe('::');
  });

  it.each(['PLANE_BASE_URL', 'PUBLIC_URL', 'OIDC_ISSUER', 'PLANE_REDIRECT_URI'])(
    'rejects credentials in %s, without printing them',
    (name) => {
      for (const credentials of ['user:hush', 'hush', ':hush']) {
        const text = messageOf({ [name]: `https://${credentials}@example.com` });
        expect(text).toContain(`${name} must not contain a user name or a password`);
        expect(text).not.toContain('hush');
      }
    },
  );

  it('describes every variable', () => {
    expect(VARIABLES.length).toBeGreaterThan(25);
    for (const { description, example } of VARIABLES) expect(description && example).toBeTruthy();
  });
});
