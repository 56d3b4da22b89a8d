import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { CHART, goldenPath, manifestsOf, SETS, valuesPath } from '../support/chart.js';
import { guideValues, renderingCommands, shownValues } from '../support/kubernetes-guide.js';
import { HELM, helmHelp, helmNotes, helmTemplate, refusal, renderSet } from '../support/helm.js';
import { MINIMAL, WRONG_VALUES } from '../support/wrong-values.js';

const WRITES = process.env['HANGAR_CHART'] === 'write';
if (!HELM)
  console.warn('There is no helm: what it renders is not compared here. Run .ci/chart, which fetches it.');

(HELM ? describe : describe.skip)('the chart, by helm', () => {
  let folder = '';
  let minimal: string[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hangar-chart-'));
    minimal = ['--values', file('minimal.yaml', stringify(MINIMAL))];
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  it.each(SETS)('renders the values %s as it is kept; .ci/chart --write keeps it anew', async (set) => {
    const rendered = await renderSet(valuesPath(set));
    if (WRITES) writeFileSync(goldenPath(set), rendered);
    expect(rendered).toBe(readFileSync(goldenPath(set), 'utf8'));
  });

  it.each(WRONG_VALUES)('refuses $what, and says why', async ({ values, says }) => {
    const answer = await refusal([...minimal, '--values', file('wrong.yaml', stringify(values))]);
    for (const text of says) expect(answer).toContain(text);
    expect(answer).not.toContain('hush');
  });

  it('says after an installation what to enter in Plane, and what is missing', async () => {
    const full = await helmNotes(['--values', valuesPath('ha')]);
    for (const text of [
      'Setup URL     https://hangar.example.com/oauth/setup',
      'helm test hangar',
      '/console',
    ])
      expect(full).toContain(text);
    expect(full).toMatch(/Redirect URI {2}https:\/\/hangar.example.com\/oauth\/callback\n/);
    expect(full).toMatch(/Webhook URL {3}https:\/\/hangar.example.com\/webhooks\/plane\n/);
    const edge = await helmNotes(['--values', valuesPath('no-ingress')]);
    for (const text of ['503', 'hangar-edge-receiver', 'role scheduler', 'role worker', 'migrations.run=off'])
      expect(edge).toContain(text);
  });

  it('can be installed by the commands and values of docs/kubernetes.md', async () => {
    const [upgrade, commands] = [await helmHelp('upgrade'), renderingCommands()];
    expect(commands.length).toBeGreaterThan(2);
    const values = file('hangar.yaml', guideValues());
    for (const { command, args } of commands) {
      for (const [flag] of command.matchAll(/--[a-z-]+/g)) expect(upgrade).toContain(flag);
      const rendered = await helmTemplate(args.map((word) => (word === 'hangar.yaml' ? values : word)));
      expect(manifestsOf(rendered).length).toBeGreaterThan(15);
    }
    for (const shown of shownValues())
      await helmTemplate(['hangar', CHART, ...minimal, '--values', file('shown.yaml', shown)]);
    expect(shownValues().length).toBeGreaterThan(3);
  });
});
