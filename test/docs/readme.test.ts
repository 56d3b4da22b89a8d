import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { hangarCommand } from '../support/cli.js';
import { dataFolder } from '../support/data-folder.js';
import { codeOf, pageText } from '../support/document.js';

const run = promisify(execFile);

describe('the README', () => {
  const folder = dataFolder();
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has at most 150 lines', () => {
    expect(pageText('README.md').split('\n').length).toBeLessThanOrEqual(151);
  });

  it('shows the handler that is included', () => {
    expect(codeOf('README.md', 'ts')).toEqual([readFileSync('src/handlers/ping.handler.ts', 'utf8')]);
  });

  it('contains the two commands that .ci/run reads from it', () => {
    const gate = readFileSync('.ci/run', 'utf8');
    expect(codeOf('README.md', 'sh')).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n']);
    expect(gate).toContain('readme_command start');
    expect(gate).toContain('readme_command test');
  });

  it('contains only commands that npx finds in the project folder', async () => {
    expect((await run('npx', ['hangar', '--help'])).stdout).toContain('Usage: hangar');
  });

  it('mentions a doctor that reports no error with the defaults', async () => {
    const env = { HANGAR_DATA_DIR: folder };
    const migrated = await hangarCommand(['migrate', '--json'], env);
    expect(JSON.parse(migrated.stdout)).toEqual({ migrations: MIGRATIONS.map(({ name }) => name) });
    const { stdout } = await hangarCommand(['doctor', '--json'], env);
    const { findings } = JSON.parse(stdout) as { findings: { check: string; ok: boolean }[] };
    expect(findings.map(({ check, ok }) => [check, ok])).toEqual([
      ['configuration', true],
      ['database', true],
      ['migrations', true],
      ['database writes', true],
      ['key ring', true],
      ['installations', true],
      ['tokens', true],
      ['webhook secrets', true],
      ['traffic', true],
      ['handlers', true],
      ['audit log', true],
      ['plane', true],
      ['redirect uri', true],
      ['identity provider', true],
    ]);
  });
});

describe('docs/operations.md', () => {
  it('names every command, and each has --help and --json', async () => {
    const named = [...pageText('docs/operations.md').matchAll(/^\| `([a-z -]+)` +\|/gm)].map(
      ([, command = '']) => command,
    );
    expect(named.length).toBeGreaterThan(25);
    for (const command of named) {
      const { stdout } = await hangarCommand([...command.split(' '), '--help'], {});
      expect(stdout).toContain(`Usage: hangar ${command}`);
      expect(stdout).toContain('--json');
    }
  });
});

describe('the workflow of GitHub Actions', () => {
  it('checks out, sets up the Node of package.json, and calls .ci/run', () => {
    const workflow = parse(readFileSync('.github/workflows/ci.yml', 'utf8')) as Workflow;
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    expect(Object.keys(workflow.on)).toEqual(['push', 'pull_request']);
    const [job, ...others] = Object.values(workflow.jobs);
    expect(others).toEqual([]);
    const major = /\d+/.exec(engines.node)?.[0];
    expect(job?.steps).toEqual([
      { uses: expect.stringMatching(/^actions\/checkout@v\d+$/) },
      {
        uses: expect.stringMatching(/^actions\/setup-node@v\d+$/),
        with: { 'node-version': Number(major), cache: 'npm' },
      },
      { run: 'bash .ci/run' },
    ]);
  });
});

interface Workflow {
  readonly on: object;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly object[] }>>;
}
