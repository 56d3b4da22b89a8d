import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AT_HAND, manifests } from '../support/chart.js';
import { type Manifest } from '../support/kept-manifests.js';

const run = promisify(execFile);
/** Of operators: Kubernetes itself has no types of them. */
const CUSTOM = new Set([
  'external-secrets.io/v1 ExternalSecret',
  'gateway.networking.k8s.io/v1 HTTPRoute',
  'keda.sh/v1alpha1 ScaledObject',
  'keda.sh/v1alpha1 TriggerAuthentication',
  'monitoring.coreos.com/v1 PodMonitor',
  'monitoring.coreos.com/v1 PrometheusRule',
  'monitoring.coreos.com/v1 ServiceMonitor',
  'postgresql.cnpg.io/v1 Cluster',
]);
const COMPILER_OPTIONS = {
  strict: true,
  noEmit: true,
  lib: ['es5'],
  skipLibCheck: true,
  types: [],
  module: 'NodeNext',
  paths: { 'kubernetes-types/*': [resolve('node_modules/kubernetes-types/*')] },
};

/** An object as a line of TypeScript that compiles where its type has all of its fields. */
function typed({ apiVersion, kind, ...rest }: Manifest): string {
  const module = (apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`).replace('.k8s.io', '');
  const object = JSON.stringify({ apiVersion, kind, ...rest });
  return `(${object}) satisfies import('kubernetes-types/${module}.d.ts').${kind};`;
}

describe('a manifest of the chart', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hangar-types-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has no field that is unknown to Kubernetes or has a wrong type', async () => {
    const objects = AT_HAND.flatMap((set) => manifests(set)).filter(
      ({ apiVersion, kind }) => !CUSTOM.has(`${apiVersion} ${kind}`),
    );
    const lines = [...new Set(objects.map(typed))];
    expect(lines.length).toBeGreaterThan(100);
    const wrong = lines.find((line) => line.includes('"livenessProbe"'))?.replace('"livenessProbe"', '"liveProbe"');
    writeFileSync(join(folder, 'manifests.ts'), ['// @ts-expect-error', wrong, ...lines, 'export {};'].join('\n'));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
    const compiler = run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder]);
    const { stdout } = await compiler.catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });
});
