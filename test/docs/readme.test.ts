import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { loadConfig } from '../../src/config/load-config.js';
import { configTable, withConfigTable } from '../../src/config/config-table.js';
import { hangarCommand } from '../support/cli.js';
import { dataFolder } from '../support/data-folder.js';

const run = promisify(execFile);
const README = readFileSync('README.md', 'utf8');
const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const SECRETS: Record<string, string> = {
  'plane-client-secret': 'client-secret',
  'plane-webhook-secrets': 'plane_wh_new,plane_wh_old',
  'database-url': 'postgres://hangar:password@db.example.com/hangar',
  'oidc-client-secret': 'from-the-provider',
  'encryption-keys': `2026a:${Buffer.alloc(32, 1).toString('base64')}`,
};

/** The code blocks of a language, without the indentation of a list. */
function blocks(text: string, language: string): string[] {
  const found = text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'));
  return [...found].map(([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

describe('the README', () => {
  const folder = dataFolder();
  afterAll(() => rmSync(folder, { recursive: true }));

  it('shows the handler that ships, and one that test/integration/uninstall.test.ts runs', () => {
    expect(blocks(README, 'ts')).toEqual([
      readFileSync('src/handlers/ping.handler.ts', 'utf8'),
      readFileSync('test/fixtures/welcome.handler.ts', 'utf8'),
    ]);
  });

  it('names the two commands that the gate takes from it', () => {
    const gate = readFileSync('.ci/run', 'utf8');
    const [start, test] = blocks(README, 'sh');
    expect([start, test]).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n']);
    expect(gate).toContain('readme_command start');
    expect(gate).toContain('readme_command test');
  });

  it('shows an environment for production that can be used', () => {
    const secrets = join(folder, 'secrets');
    mkdirSync(secrets, { recursive: true });
    for (const [name, text] of Object.entries(SECRETS)) writeFileSync(join(secrets, name), `${text}\n`);
    const shown = blocks(README, 'sh')[2]?.replaceAll('/run/secrets', secrets) ?? '';
    const config = loadConfig(parseEnv(shown));
    expect(config.production).toBe(true);
    expect(config.planeRedirectUri).toBe('https://hangar.example.com/oauth/callback');
  });

  it('leads to a page on traces, whose environment turns them on and whose handler is one of ours', () => {
    expect(README).toContain('(docs/telemetry.md)');
    const page = readFileSync('docs/telemetry.md', 'utf8');
    const headers = join(folder, 'otlp-headers');
    writeFileSync(headers, 'api-key=key\n');
    const [shown = ''] = blocks(page, 'sh');
    const config = loadConfig(parseEnv(shown.replace('/run/secrets/otlp-headers', headers)));
    expect([config.tracesOn, config.otelTracesSamplerArg]).toEqual([true, 0.1]);
    expect(blocks(page, 'ts')).toEqual([readFileSync('test/fixtures/report.handler.ts', 'utf8')]);
  });

  it.each(['keycloak', 'entra-id', 'okta', 'google'])(
    'leads to a page on sign-in with %s, whose variables can be used',
    (name) => {
      expect(README).toContain(`(docs/sso/${name}.md)`);
      const secrets = join(folder, 'secrets');
      mkdirSync(secrets, { recursive: true });
      for (const [secret, text] of Object.entries(SECRETS)) writeFileSync(join(secrets, secret), `${text}\n`);
      const page = readFileSync(`docs/sso/${name}.md`, 'utf8');
      const shown = [blocks(README, 'sh')[2], ...blocks(page, 'sh')]
        .join('')
        .replaceAll('/run/secrets', secrets);
      const config = loadConfig(parseEnv(shown));
      expect(config).toMatchObject({ production: true, publicUrl: 'https://hangar.example.com' });
      expect([
        config.oidcIssuer,
        config.oidcClientId,
        config.oidcAudience,
        config.oidcRolesClaim,
      ]).not.toContain(undefined);
      expect(page).toContain(`${config.publicUrl}/console/sign-in/callback`);
    },
  );

  it('has the table of the variables that the code reads', () => {
    expect(withConfigTable(README, configTable())).toBe(README);
  });

  it.each([
    'doctor',
    'migrate',
    'installations list',
    'tokens list',
    'tokens refresh',
    'tokens revoke',
    'deliveries list',
    'deliveries show',
    'deliveries replay',
    'dead-letters list',
    'dead-letters redrive',
    'handlers pause',
    'handlers resume',
    'webhook send',
    'activity',
    'people list',
    'people show',
    'people disable',
    'people enable',
    'people unlink',
    'keys rotate',
    'audit list',
    'audit verify',
    'audit export',
    'simulate',
  ])('names the command hangar %s', async (command) => {
    expect(README).toContain(`| \`${command}\``);
    const { stdout } = await hangarCommand([...command.split(' '), '--help'], {});
    expect(stdout).toContain(`Usage: hangar ${command}`);
    expect(stdout).toContain('--json');
  });

  it('has commands that npx finds in the folder of the project', async () => {
    expect((await run('npx', ['hangar', '--help'])).stdout).toContain('Usage: hangar');
  });

  it('has a doctor that finds nothing wrong with the defaults', async () => {
    const env = { HANGAR_DATA_DIR: folder };
    const migrated = await hangarCommand(['migrate', '--json'], env);
    expect(JSON.parse(migrated.stdout)).toEqual({ migrations: MIGRATIONS.map(({ name }) => name) });
    const { stdout } = await hangarCommand(['doctor', '--json'], env);
    const { findings } = JSON.parse(stdout) as { findings: { check: string; ok: boolean }[] };
    expect(findings.map(({ check, ok }) => [check, ok])).toEqual([
      ['configuration', true],
      ['database', true],
      ['migrations', true],
      ['key ring', true],
      ['tokens', true],
      ['webhook secrets', true],
      ['traffic', true],
      ['handlers', true],
      ['audit log', true],
      ['plane', true],
      ['redirect uri', true],
    ]);
  });

  it('names scripts that exist, and so does the development guide', () => {
    const guide = readFileSync('docs/development.md', 'utf8');
    for (const [, script = ''] of `${README}${guide}`.matchAll(/npm run ([\w:]+)/g))
      expect(PACKAGE.scripts).toHaveProperty([script]);
  });
});
