import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { messageOf, PRODUCTION } from '../../test/support/load-config.js';
import { loadConfig } from './load-config.js';

describe('the texts of variables and their files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hangar-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));

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
});
