import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configTable, withConfigTable } from '../../src/config/config-table.js';
import { loadConfig } from '../../src/config/load-config.js';
import { dataFolder } from '../support/data-folder.js';
import { codeOf, pageText } from '../support/document.js';

const PAGE = 'docs/configuration.md';
const SECRETS: Record<string, string> = {
  'plane-client-secret': 'client-secret',
  'plane-webhook-secrets': 'plane_wh_new,plane_wh_old',
  'database-url': 'postgres://hangar:password@db.example.com/hangar?sslmode=verify-full',
  'oidc-client-secret': 'from-the-provider',
  'otlp-headers': 'api-key=key',
  'encryption-keys': `2026a:${Buffer.alloc(32, 1).toString('base64')}`,
};

describe('the documented configuration', () => {
  const folder = dataFolder();
  const secrets = join(folder, 'secrets');
  const load = (...shown: string[]) => loadConfig(parseEnv(shown.join('').replaceAll('/run/secrets', secrets)));
  const [production = ''] = codeOf(PAGE, 'sh');

  beforeAll(() => {
    mkdirSync(secrets, { recursive: true });
    for (const [name, text] of Object.entries(SECRETS)) writeFileSync(join(secrets, name), `${text}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has the table of the variables that the code reads', () => {
    const text = pageText(PAGE);
    expect(withConfigTable(text, configTable())).toBe(text);
  });

  it('has an environment for production that is valid', () => {
    expect(load(production)).toMatchObject({
      production: true,
      planeRedirectUri: 'https://hangar.example.com/oauth/callback',
    });
  });

  it('enables traces with the environment of docs/telemetry.md', () => {
    expect(load(...codeOf('docs/telemetry.md', 'sh'))).toMatchObject({
      tracesOn: true,
      otelTracesSamplerArg: 0.1,
    });
  });

  it.each(['keycloak', 'entra-id', 'okta', 'google'])('has a valid environment for %s', (name) => {
    const page = `docs/sso/${name}.md`;
    const config = load(production, ...codeOf(page, 'sh'));
    expect(config).toMatchObject({ production: true, publicUrl: 'https://hangar.example.com' });
    expect([config.oidcIssuer, config.oidcClientId, config.oidcAudience, config.oidcRolesClaim]).not.toContain(
      undefined,
    );
    expect(pageText(PAGE)).toContain(`(sso/${name}.md)`);
    expect(pageText(page)).toContain(`${config.publicUrl}/console/sign-in/callback`);
  });
});
