import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { VARIABLES } from './areas.js';
import { ConfigError } from './config.error.js';
import { loadConfig } from './load-config.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const PRODUCTION = {
  NODE_ENV: 'production',
  PLANE_CLIENT_ID: 'id',
  PLANE_CLIENT_SECRET: 'client-hush',
  PLANE_WEBHOOK_SECRETS: 'plane_wh_new, plane_wh_old',
  DATABASE_URL: 'postgres://hangar:pass-hush@db/hangar?sslmode=verify-full',
  PUBLIC_URL: 'https://hangar.example.com',
  HANGAR_ENCRYPTION_KEYS: `2026a:${KEY},2025b:${Buffer.alloc(32, 8).toString('base64')}`,
};

function messageOf(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('loadConfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hangar-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));

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

  it('prints no secret', () => {
    const config = loadConfig(PRODUCTION);
    const shown = inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config);
    expect(shown).toContain('[secret]');
    for (const text of ['hush', 'plane_wh_', KEY]) expect(shown).not.toContain(text);
  });

  it('reads any variable from the file that X_FILE names', () => {
    const path = join(folder, 'secrets');
    writeFileSync(path, 'plane_wh_filed\n');
    const config = loadConfig({ PLANE_WEBHOOK_SECRET_FILE: path });
    expect(config.planeWebhookSecrets[0]?.reveal()).toBe('plane_wh_filed');
    expect(messageOf({ PORT_FILE: join(folder, 'none') })).toContain('PORT_FILE names a file that cannot be read');
    expect(messageOf({ PORT: '1', PORT_FILE: path })).toContain('PORT and PORT_FILE are both set');
  });

  it.each([
    'plane_wh_new,plane_wh_old',
    'plane_wh_new\nplane_wh_old\n',
    '\uFEFFplane_wh_new\r\nplane_wh_old\r\n',
    '"plane_wh_new,plane_wh_old"',
    `'plane_wh_new', "plane_wh_old"`,
    ' plane_wh_new ,\n\n\tplane_wh_old\u200B\n',
  ])('reads two webhook secrets in %j, of a variable and of a file', (text) => {
    const path = join(folder, 'list');
    writeFileSync(path, text);
    for (const environment of [{ PLANE_WEBHOOK_SECRETS: text }, { PLANE_WEBHOOK_SECRETS_FILE: path }])
      expect(loadConfig(environment).planeWebhookSecrets.map((secret) => secret.reveal())).toEqual([
        'plane_wh_new',
        'plane_wh_old',
      ]);
  });

  it.each([
    ['plane_wh_new plane_wh_old', 'entry 1 has a blank'],
    ['plane_wh_new\n# plane_wh_old', 'entry 2 has a blank'],
    ['plane_wh_new\n-', 'entry 2 has fewer than 4 characters'],
    ['plane_wh_…', 'entry 1 has characters other than printable ASCII'],
    ['["plane_wh_new","plane_wh_old"]', 'entry 1 has a quote'],
    ['"plane_wh_new', 'entry 1 has a quote'],
    ['PLANE_WEBHOOK_SECRETS=plane_wh_new', 'entry 1 begins with a name'],
    ['${PLANE_WEBHOOK}', 'entry 1 has brackets'],
    [' , \n', 'has no secret'],
  ])('rejects the webhook secrets %j without printing them', (text, problem) => {
    const message = messageOf({ PLANE_WEBHOOK_SECRETS: text });
    expect(message).toContain(`PLANE_WEBHOOK_SECRETS `);
    expect(message).toContain(problem);
    expect(message).not.toMatch(/plane_wh_[a-z]/);
  });

  it('separates every list by line breaks too', () => {
    const config = loadConfig({
      ...PRODUCTION,
      HANGAR_ENCRYPTION_KEYS: PRODUCTION.HANGAR_ENCRYPTION_KEYS.replace(',', '\r\n'),
      HANGAR_ROLES: 'receiver\nworker\n',
      HANGAR_HANDLERS: 'PingHandler\nWelcomeHandler',
      TRUSTED_PROXIES: '10.0.0.0/8\n"fd00::/8"',
      OIDC_ISSUER: 'https://login.example.com',
      OIDC_CLIENT_ID: 'hangar',
      OIDC_ROLES_CLAIM: 'groups',
      OIDC_ROLES_MAP: 'admin=admins\nviewer=staff',
      OIDC_SCOPES: 'openid\n  profile',
      PLANE_SCOPES: 'projects:read\nwork_items:write\n',
      NO_PROXY: 'localhost\n10.0.0.0/8',
      OTEL_PROPAGATORS: 'tracecontext\nbaggage',
      OTEL_RESOURCE_ATTRIBUTES: 'a=1\nb=2',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=x\nother=y',
    });
    expect(config).toMatchObject({
      encryptionKeys: [{ kid: '2026a' }, { kid: '2025b' }],
      roles: ['receiver', 'worker'],
      handlers: ['PingHandler', 'WelcomeHandler'],
      trustedProxies: ['10.0.0.0/8', 'fd00::/8'],
      oidcRolesMap: [
        { role: 'admin', value: 'admins' },
        { role: 'viewer', value: 'staff' },
      ],
      oidcScopes: 'openid profile',
      planeScopes: 'projects:read work_items:write',
      otelPropagators: ['tracecontext', 'baggage'],
      otelResourceAttributes: { a: '1', b: '2' },
    });
    expect(config.otlpHeaders?.reveal()).toBe('api-key=x,other=y');
    expect(['https://localhost', 'https://10.1.2.3'].map((url) => config.noProxy?.includes(url))).toEqual([true, true]);
  });

  it('ignores byte order marks, line ends, blanks and quotes around secrets, ids and addresses', () => {
    const around = (text: string): string[] => [`\uFEFF${text}\r\n`, ` "${text}" `, `'${text}'\n`];
    for (let way = 0; way < 3; way += 1) {
      const environment = Object.fromEntries(
        Object.entries(PRODUCTION).map(([name, text]) => {
          const path = join(folder, name);
          writeFileSync(path, around(text)[way] ?? '');
          return way === 0 ? [`${name}_FILE`, path] : [name, around(text)[way] ?? ''];
        }),
      );
      const config = loadConfig(environment);
      expect(config).toMatchObject({ nodeEnv: 'production', planeClientId: 'id', publicUrl: PRODUCTION.PUBLIC_URL });
      expect(config.planeClientSecret?.reveal()).toBe(PRODUCTION.PLANE_CLIENT_SECRET);
      expect(config.databaseUrl?.reveal()).toBe(PRODUCTION.DATABASE_URL);
      expect(config.encryptionKeys).toHaveLength(2);
    }
  });

  it.each<[string, Record<string, string>]>([
    ['PLANE_CLIENT_SECRET begins or ends with a quote', { PLANE_CLIENT_SECRET: '"client-hush' }],
    ['PLANE_CLIENT_SECRET must be one line', { PLANE_CLIENT_SECRET: 'client\nhush' }],
    ['PLANE_CLIENT_SECRET must be one line of printable ASCII', { PLANE_CLIENT_SECRET: 'client\u200Bhush' }],
    ['PLANE_CLIENT_ID begins or ends with a quote', { PLANE_CLIENT_ID: "id'" }],
    ['PUBLIC_URL must be an http or https address', { PUBLIC_URL: 'https://hangar.example.com"' }],
    ['PUBLIC_URL must be an http or https address', { PUBLIC_URL: 'https://hangar\n.example.com' }],
    ['DATABASE_URL must be a postgres:// address', { DATABASE_URL: 'postgres://u:hush@db\n/d' }],
  ])('says that %s', (problem, environment) => {
    const message = messageOf({ ...PRODUCTION, ...environment });
    expect(message).toContain(problem);
    expect(message).not.toContain('hush');
  });

  it('names files that are empty, folders or not UTF-8', () => {
    const path = join(folder, 'odd');
    const problem = (content: string | Buffer): string => {
      writeFileSync(path, content);
      return messageOf({ PLANE_CLIENT_ID_FILE: path, PLANE_CLIENT_SECRET: 'x' });
    };
    expect(problem('\uFEFF \r\n')).toContain(`PLANE_CLIENT_ID_FILE names the empty file ${path}`);
    expect(problem(Buffer.from('\uFEFFid', 'utf16le'))).toContain(
      'PLANE_CLIENT_ID_FILE names a file that is not UTF-8',
    );
    expect(messageOf({ PLANE_CLIENT_ID_FILE: folder, PLANE_CLIENT_SECRET: 'x' })).toContain(
      `${folder} (it is a folder)`,
    );
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
    ['a duplicate key id', { HANGAR_ENCRYPTION_KEYS: `a:${KEY},a:${KEY}` }, 'key id "a" twice'],
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
    for (const hidden of ['c2hvcnQtaHVzaA', KEY, 'hush']) expect(text).not.toContain(hidden);
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
    expect(loadConfig(PRODUCTION).host).toBe('0.0.0.0');
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
