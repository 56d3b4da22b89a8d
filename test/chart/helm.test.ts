import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { CHART, goldenPath, KEPT, manifests, valuesPath } from '../support/chart.js';
import { describeWith } from '../support/describe-with.js';
import { guideValues, renderingCommands, shownValues } from '../support/kubernetes-guide.js';
import { HELM, helmHelp, helmNotes, helmObjects, helmTemplate, refusal } from '../support/helm.js';
import { keptText, type Manifest } from '../support/kept-manifests.js';
import { refusedTogether } from '../support/wrong-value.js';
import { yamlDocuments } from '../support/yaml-documents.js';
import { MINIMAL, WRONG_VALUES } from '../support/wrong-values.js';

const WRITES = process.env['HANGAR_CHART'] === 'write';

describeWith('helm', HELM !== undefined, 'the chart, rendered by helm', () => {
  let folder = '';
  let minimalFile = '';
  let minimal: string[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hangar-chart-'));
    minimalFile = file('minimal.yaml', stringify(MINIMAL));
    minimal = ['--values', minimalFile];
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  it.each(KEPT)('renders the values %s as the stored manifests (.ci/chart --write updates them)', (set) => {
    const text = keptText(manifests(set));
    if (WRITES) writeFileSync(goldenPath(set), text);
    expect(text).toBe(readFileSync(goldenPath(set), 'utf8'));
  });

  describe.each(refusedTogether(WRONG_VALUES).map((group, at) => ({ group, at })))(
    'of wrong values, group $at,',
    ({ group }) => {
      let answer = '';
      beforeAll(async () => {
        const files = group.map(({ values }, at) => file(`wrong-${at}.yaml`, stringify(values)));
        answer = await refusal([minimalFile, ...files]);
      });

      it.each(group)('rejects $what, with the reason', ({ says }) => {
        for (const text of says) expect(answer).toContain(text);
        expect(answer).not.toContain('hush');
      });
    },
  );

  it('creates distinct objects for releases with long names', async () => {
    const names = await Promise.all(
      ['a', 'b'].map(async (end) => {
        const objects = await helmObjects([`${'x'.repeat(52)}${end}`, CHART, ...minimal]);
        return objects.map(({ metadata }) => metadata.name);
      }),
    );
    expect(new Set(names.flat()).size).toBe(2 * new Set(names[0]).size);
    for (const name of names.flat()) expect(name).toMatch(/^[a-z][-a-z0-9]{0,62}$/);
  });

  it('quotes names that look like numbers, and rejects a release name that is invalid for a Service', async () => {
    const values = {
      fullnameOverride: 'hangar',
      secrets: { existingSecret: '77' },
      ingress: { className: '1e3' },
    };
    const set = [...minimal, '--values', file('numbers.yaml', stringify(values)), '--set', 'ingress.enabled=true'];
    const text = await helmTemplate(['123', CHART, '--namespace', '456', ...set]);
    for (const { metadata } of yamlDocuments(text) as Manifest[]) {
      expect(metadata.labels?.['app.kubernetes.io/instance']).toBe('123');
      expect(metadata.namespace).toBe('456');
    }
    expect(text).toContain('name: "77"');
    expect(text).toContain('ingressClassName: "1e3"');
    await expect(helmTemplate(['123', CHART, ...minimal])).rejects.toThrow('fullnameOverride is missing');
  });

  it('allows no access to the metrics if no peers are given', async () => {
    const values = file('metrics.yaml', stringify({ networkPolicy: { ingress: { metrics: [] } } }));
    const objects = await helmObjects(['hangar', CHART, ...minimal, '--values', values]);
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies.length).toBeGreaterThan(3);
    expect(JSON.stringify(policies)).not.toContain('9464');
  });

  it('prints after an installation what to enter in Plane, and what is missing', async () => {
    const full = await helmNotes(['--values', valuesPath('ha')]);
    for (const text of ['Setup URL     https://hangar.example.com/oauth/setup', 'helm test hangar', '/console'])
      expect(full).toContain(text);
    expect(full).toMatch(/Redirect URI {2}https:\/\/hangar.example.com\/oauth\/callback\n/);
    expect(full).toMatch(/Webhook URL {3}https:\/\/hangar.example.com\/webhooks\/plane\n/);
    const edge = await helmNotes(['--values', valuesPath('no-ingress')]);
    for (const text of ['503', 'hangar-edge-receiver', 'role scheduler', 'role worker', 'migrations.run=off'])
      expect(edge).toContain(text);
  });

  it('says after an installation what sign-in, a pooler and a console inside still need', async () => {
    const values = {
      ...MINIMAL,
      consoleUrl: 'https://hangar.corp.example.com',
      oidc: { issuer: 'https://login.example.com', clientId: 'hangar' },
      secrets: { existingSecret: 'hangar-secrets', keys: { DATABASE_LISTEN_URL: 'DATABASE_LISTEN_URL' } },
      database: { poolSize: 5 },
      tests: { connections: false },
      ingress: { enabled: true },
    };
    const notes = await helmNotes(['--values', file('pooled.yaml', stringify(values))]);
    // 2 receivers, 2 workers, a scheduler, a console, and one more of each during a rollout: 10 pods
    expect(notes).toContain('A pooler must allow 104 clients (max_client_conn)');
    expect(notes).toContain('Beside them 10 connections go to DATABASE_LISTEN_URL.');
    expect(notes).toContain('oidc.rolesClaim is empty: people can sign in, and no one has a role.');
    expect(notes).toContain('secrets.keys.OIDC_CLIENT_SECRET is not set');
    expect(notes).toContain('route /console, /api and /oauth of https://hangar.corp.example.com to the');
    expect(notes).not.toContain('PostgreSQL must allow');
  });

  it('needs as many connections as docs/kubernetes.md and docs/scaling.md say', async () => {
    const needed = async (...values: string[]): Promise<string> =>
      /PostgreSQL must allow (\d+) connections/.exec(await helmNotes(values))?.[1] ?? '';
    const guide = readFileSync('docs/kubernetes.md', 'utf8');
    const all = await needed(...minimal);
    expect(guide).toContain(`(${all} with the default`);
    expect(readFileSync('docs/scaling.md', 'utf8')).toMatch(new RegExp(`\\| ${all} +\\|`));
    expect(guide).toContain(`# ${await needed('--values', file('guide.yaml', guideValues()))} connections in all`);
  });

  it('can be installed with the commands and values of docs/kubernetes.md', async () => {
    const [upgrade, commands] = [await helmHelp('upgrade'), renderingCommands()];
    expect(commands.length).toBeGreaterThan(2);
    const values = file('hangar.yaml', guideValues());
    for (const { command, args } of commands) {
      for (const [flag] of command.matchAll(/--[a-z-]+/g)) expect(upgrade).toContain(flag);
      const objects = await helmObjects(args.map((word) => (word === 'hangar.yaml' ? values : word)));
      expect(objects.length).toBeGreaterThan(15);
    }
    for (const shown of shownValues())
      await helmTemplate(['hangar', CHART, ...minimal, '--values', file('shown.yaml', shown)]);
    expect(shownValues().length).toBeGreaterThan(3);
  });
});
