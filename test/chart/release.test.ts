import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { CHART, valuesPath } from '../support/chart.js';
import { describeWith } from '../support/describe-with.js';
import { HELM, helmOn } from '../support/helm.js';
import { type KubernetesApi, startKubernetesApi } from '../support/kubernetes-api.js';

const WAITING = ['--wait', '--timeout', '60s'];
const ROLES = ['console', 'receiver', 'scheduler', 'worker'];
const CONFIGURATION_ERROR = 78;
/** What a hook makes of these is gone when it has succeeded. */
const PREREQUISITES = ['NetworkPolicy hangar-migrate', 'ServiceAccount hangar-migrate'];

describeWith('helm', HELM !== undefined, 'a release, by helm on an API server', () => {
  let folder = '';
  let api: KubernetesApi;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hangar-release-'));
    api = await startKubernetesApi();
    api.add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hangar' } });
    api.add({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hangar-secrets' } });
  });
  afterEach(async () => {
    await api.close();
    rmSync(folder, { recursive: true });
  });

  const helm = async (...args: string[]): Promise<string> => helmOn(api.url, folder, args);
  const install = async (set: string, ...args: string[]): Promise<string> =>
    helm('upgrade', '--install', 'hangar', CHART, '--values', valuesPath(set), ...WAITING, ...args);
  const replicas = (role: string): unknown => api.objects.get(`Deployment hangar-${role}`)?.spec.replicas;
  const names = (kind: string): string[] => [...api.objects.keys()].filter((key) => key.startsWith(`${kind} `)).sort();

  /** What changes since the last look, without what Helm keeps of the release. */
  function changes(): string[] {
    return api.changes.splice(0).filter((change) => !change.includes('sh.helm.release'));
  }

  it('migrates before it makes anything, and keeps the Job alone of what the migration needs', async () => {
    await install('minimal');
    const made = changes();
    const migration = made.indexOf('PATCH jobs/hangar-migrate');
    expect(made.slice(0, migration).filter((change) => change.startsWith('PATCH'))).toEqual([
      'PATCH networkpolicies/hangar-migrate',
      'PATCH serviceaccounts/hangar-migrate',
    ]);
    expect(made.findIndex((change) => change.includes('deployments/'))).toBeGreaterThan(migration);
    expect(names('Deployment')).toEqual(ROLES.map((role) => `Deployment hangar-${role}`));
    expect(names('Job')).toEqual(['Job hangar-migrate']);
    for (const gone of PREREQUISITES) expect([...api.objects.keys()]).not.toContain(gone);
  });

  it('is upgraded after another migration, and rolled back without one', async () => {
    await install('minimal');
    changes();
    await install('minimal', '--set', 'receiver.replicas=5,console.enabled=false');
    const upgraded = changes();
    expect(upgraded.indexOf('PATCH jobs/hangar-migrate')).toBeLessThan(
      upgraded.indexOf('PATCH deployments/hangar-receiver'),
    );
    expect(upgraded).toContain('DELETE jobs/hangar-migrate');
    expect([replicas('receiver'), replicas('console')]).toEqual([5, undefined]);
    await helm('rollback', 'hangar', ...WAITING);
    expect(changes().filter((change) => change.includes('migrate'))).toEqual([]);
    expect([replicas('receiver'), replicas('console')]).toEqual([2, 1]);
    const history = JSON.parse(await helm('history', 'hangar', '--output', 'json')) as { status: string }[];
    expect(history.map(({ status }) => status)).toEqual(['superseded', 'superseded', 'deployed']);
  });

  it('passes "helm test" with the log of doctor, and fails it where doctor does', async () => {
    await install('minimal');
    expect(await helm('test', 'hangar', '--logs')).toMatch(/Phase: +Succeeded[^]*the log of hangar-doctor/);
    api.exitCodes.set('doctor', 1);
    await expect(helm('test', 'hangar', '--logs')).rejects.toMatchObject({
      stdout: expect.stringMatching(/Phase: +Failed[^]*the log of hangar-doctor/),
    });
  });

  it('makes nothing where the first migration fails, and changes no pod where a later one does', async () => {
    api.exitCodes.set('migrate', CONFIGURATION_ERROR);
    await expect(install('minimal')).rejects.toThrow(/pre-install/);
    expect([...names('Deployment'), ...names('Service')]).toEqual([]);
    expect(names('Job')).toEqual(['Job hangar-migrate']);
    api.exitCodes.clear();
    await install('minimal');
    api.exitCodes.set('migrate', CONFIGURATION_ERROR);
    await expect(install('minimal', '--set', 'receiver.replicas=5')).rejects.toThrow(/pre-upgrade/);
    expect(replicas('receiver')).toBe(2);
  });

  it('cannot begin before the Secret exists that it names', async () => {
    await expect(install('minimal', '--set', 'secrets.existingSecret=other')).rejects.toThrow(/pre-install/);
    expect(names('Deployment')).toEqual([]);
  });

  it('gives the migration a copy of its own Secret, which is gone afterwards', async () => {
    await install('trial');
    expect(names('Secret').filter((name) => !name.includes('sh.helm'))).toEqual([
      'Secret hangar',
      'Secret hangar-secrets',
    ]);
    expect(names('Deployment')).toEqual(['Deployment hangar-server']);
  });

  it('takes parameters as texts, as Argo CD may give them', async () => {
    await install('company', '--set-string', 'worker.replicas=3,scheduler.enabled=false,console.replicas=2');
    expect([replicas('worker'), replicas('scheduler'), replicas('console')]).toEqual([3, undefined, 2]);
    expect(names('Ingress')).toEqual(['Ingress hangar', 'Ingress hangar-console']);
    await helm('test', 'hangar');
  });

  it('is gone after an uninstall, but for the Job and what others made', async () => {
    await install('minimal');
    await helm('uninstall', 'hangar', ...WAITING);
    expect([...api.objects.keys()].sort()).toEqual(['Job hangar-migrate', 'Namespace hangar', 'Secret hangar-secrets']);
  });
});
