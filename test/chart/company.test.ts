import { expect, it } from '@jest/globals';
import type { Container } from 'kubernetes-types/core/v1.d.ts';
import { roleMappings } from '../../src/config/operator-roles.js';
import { environmentOf, manifests, objectOf, type Pod, podOf, podsOf } from '../support/chart.js';
import { describeWith } from '../support/describe-with.js';
import { HELM } from '../support/helm.js';

const SET = 'company';
const INSIDE = 'https://hangar.corp.example.com';

const namespace = (name: string): object => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const tcp = (port: number): object[] => [{ protocol: 'TCP', port }];
const annotationsOf = (kind: string, name?: string): unknown => {
  const { metadata, spec } = objectOf(SET, kind, name);
  return kind === 'Pod' ? metadata.annotations : spec.template.metadata.annotations;
};
const named = (containers: readonly Container[] = []): string[] =>
  containers.map(({ name, restartPolicy }) => (restartPolicy === undefined ? name : `${name} ${restartPolicy}`));

describeWith('helm', HELM !== undefined, 'the pods of migration and doctor', () => {
  const job = (): Pod => podOf(SET, 'Job');
  const doctor = (): Pod => podOf(SET, 'Pod');

  it('have the init containers, and the sidecars as native ones, with which they end', () => {
    expect(named(job().spec.initContainers)).toEqual(['certificates', 'database-proxy Always']);
    expect(named(job().spec.containers)).toEqual(['migrate']);
  });

  it('keep sidecars of servers beside the container', () => {
    const { spec } = podOf(SET, 'Deployment', 'hangar-worker');
    expect(named(spec.initContainers)).toEqual(['certificates']);
    expect(named(spec.containers)).toEqual(['hangar', 'database-proxy']);
  });

  it('run the proxy of the database before a migration in an init container', () => {
    const sidecars = podsOf(manifests('openshift')).filter(({ owner }) => owner.startsWith('Deployment'));
    expect(sidecars.length).toBeGreaterThan(3);
    for (const { spec } of sidecars)
      expect([named(spec.initContainers), named(spec.containers)]).toEqual([['proxy Always', 'migrate'], ['hangar']]);
  });

  it('have the annotations and labels of pods, except those that they leave out or replace', () => {
    expect(annotationsOf('Job')).toEqual({ 'sidecar.istio.io/nativeSidecar': 'true', 'example.com/job': 'migration' });
    expect(job().labels).toMatchObject({ 'sidecar.istio.io/inject': 'false' });
    expect(annotationsOf('Pod')).toMatchObject({
      'sidecar.istio.io/nativeSidecar': 'true',
      'example.com/team': 'integrations',
      'helm.sh/hook': 'test',
    });
    expect(doctor().labels).toMatchObject({ 'sidecar.istio.io/inject': 'true' });
  });

  it('have nodes, names and variables of pods, or their own', () => {
    for (const { spec } of [job(), doctor()])
      expect(spec).toMatchObject({
        tolerations: [{ key: 'apps', operator: 'Exists' }],
        hostAliases: [{ ip: '10.1.2.3', hostnames: ['plane.example.internal'] }],
        dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
        volumes: expect.arrayContaining([{ name: 'tmp', emptyDir: {} }]),
      });
    expect(job().spec.nodeSelector).toEqual({ 'example.com/pool': 'apps' });
    expect(doctor().spec.nodeSelector).toEqual({ 'example.com/pool': 'jobs' });
    expect(named(doctor().spec.initContainers)).toEqual(['certificates']);
    expect(environmentOf(doctor())).toMatchObject({ TZ: 'UTC' });
    expect(environmentOf(job())).not.toHaveProperty('TZ');
  });

  it('reach the control plane of a mesh and the far end of a proxy as the servers do, or what is named instead', () => {
    const extra = { ports: tcp(15012), to: [namespace('istio-system')] };
    for (const name of ['hangar-migrate', 'hangar-calls'])
      expect(objectOf(SET, 'NetworkPolicy', name).spec.egress).toContainEqual(extra);
    expect(objectOf('network-policies', 'NetworkPolicy', 'hangar-migrate').spec.egress).toHaveLength(2);
  });
});

describeWith('helm', HELM !== undefined, 'a console on a host of its own', () => {
  const routes = (name: string): unknown => {
    const { ingressClassName, rules, tls } = objectOf(SET, 'Ingress', name).spec;
    const [{ host, http }] = rules;
    const paths = http.paths.map(({ path, backend }: { path: string; backend: { service: { name: string } } }) => [
      path,
      backend.service.name,
    ]);
    return { ingressClassName, host, secret: tls[0].secretName, paths: Object.fromEntries(paths) };
  };

  it('has an ingress of its own, and the public one leads to webhooks and consents alone', () => {
    expect(routes('hangar')).toEqual({
      ingressClassName: 'nginx',
      host: 'hangar.example.com',
      secret: 'hangar-tls',
      paths: { '/oauth': 'hangar-receiver', '/webhooks': 'hangar-receiver' },
    });
    expect(routes('hangar-console')).toEqual({
      ingressClassName: 'nginx-internal',
      host: 'hangar.corp.example.com',
      secret: 'hangar-console-tls',
      paths: { '/api': 'hangar-console', '/console': 'hangar-console', '/oauth': 'hangar-console' },
    });
  });

  it('takes in the consents that begin on it, and no other process has its address', () => {
    expect(environmentOf(podOf(SET, 'Deployment', 'hangar-console'))).toMatchObject({
      PUBLIC_URL: INSIDE,
      HANGAR_ROLES: 'console',
    });
    expect(environmentOf(podOf(SET, 'Deployment', 'hangar-console'))).not.toHaveProperty('PLANE_REDIRECT_URI');
    for (const pod of [podOf(SET, 'Deployment', 'hangar-receiver'), podOf(SET, 'Job'), podOf(SET, 'Pod')])
      expect(environmentOf(pod)).toMatchObject({
        PUBLIC_URL: 'https://hangar.example.com',
        PLANE_REDIRECT_URI: 'https://hangar.example.com/oauth/callback',
      });
  });

  it('is known to doctor, which checks the Redirect URIs of both', () => {
    const [container] = podOf(SET, 'Pod').spec.containers;
    expect(container?.command?.slice(-2)).toEqual(['--console-url', INSIDE]);
  });

  it('is reached by the peers that are named for it', () => {
    const from = (name: string): unknown => objectOf(SET, 'NetworkPolicy', name).spec.ingress;
    expect(from('hangar-receiver')).toEqual([{ ports: tcp(3000), from: [namespace('ingress-nginx')] }]);
    expect(from('hangar-console')).toEqual([{ ports: tcp(3000), from: [namespace('ingress-internal')] }]);
    expect(from('hangar-extra')).toEqual([{ ports: tcp(15020), from: [namespace('monitoring')] }]);
  });
});

describeWith('helm', HELM !== undefined, 'values of a company', () => {
  it('reach the pods: groups of files, hooks of the container, roles whose names contain commas', () => {
    for (const { spec } of podsOf(manifests(SET)))
      expect(spec.securityContext).toMatchObject({
        runAsUser: 20_001,
        supplementalGroups: [3000],
        fsGroupChangePolicy: 'OnRootMismatch',
      });
    const worker = podOf(SET, 'Deployment', 'hangar-worker');
    expect(worker.spec.containers[0]?.lifecycle).toEqual({
      postStart: { httpGet: { path: '/health/live', port: 3000 } },
    });
    expect(podOf(SET, 'Deployment', 'hangar-receiver').spec.containers[0]?.lifecycle).toEqual({
      preStop: { httpGet: { path: '/drain', port: 15_020 } },
    });
    expect(roleMappings(environmentOf(worker)['OIDC_ROLES_MAP'] ?? '')).toEqual([
      { role: 'admin', value: 'CN=Hangar Admins,OU=Groups,DC=example,DC=com' },
      { role: 'viewer', value: 'staff' },
      { role: 'viewer', value: 'a;b' },
    ]);
  });
});
