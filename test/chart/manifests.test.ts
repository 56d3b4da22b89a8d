import { describe, expect, it } from '@jest/globals';
import { HangarConfig } from '../../src/config/hangar-config.js';
import { variablesOf } from '../../src/config/variable.decorator.js';
import { type Manifest, manifests, podsOf, selects, SETS } from '../support/chart.js';

/** Read by pg and by OpenTelemetry themselves. */
const OTHERS = /^(?:PGSSLMODE|OTEL_[A-Z_]+)$/;
/** Of `extraEnv` in the sets. */
const EXTRA = new Set(['TZ', 'POD_NAME', 'MODEL_API_KEY_FILE']);
const VARIABLES = variablesOf(HangarConfig.prototype);
const ROUTES = ['/api', '/console', '/oauth', '/webhooks'];

function of(set: string, ...kinds: string[]): Manifest[] {
  return manifests(set).filter(({ kind }) => kinds.includes(kind));
}

/** The one object of a kind, with the name where there are more. */
function one(set: string, kind: string, name?: string): Manifest {
  const [found, ...more] = of(set, kind).filter(({ metadata }) => !name || metadata.name === name);
  if (!found || more.length > 0)
    throw new Error(`${set} has ${more.length + (found ? 1 : 0)} of ${kind} ${name}`);
  return found;
}

describe.each(SETS)('with the values %s, the chart', (set) => {
  const pods = podsOf(manifests(set));
  const labels = pods.map((pod) => pod.labels);

  it('makes each object once, in the release’s namespace', () => {
    const names = manifests(set).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { kind, metadata } of manifests(set))
      if (kind !== 'ConfigMap') expect(metadata.namespace).toBe('hangar');
  });

  it('gives no pod a token, nor more time to end than it needs', () => {
    for (const { spec } of pods) expect(spec.automountServiceAccountToken).toBe(false);
    for (const account of of(set, 'ServiceAccount')) expect(account.automountServiceAccountToken).toBe(false);
    for (const { spec } of podsOf(of(set, 'Deployment'))) {
      const server = spec.containers[0];
      const drain = server.env.find(({ name }: { name: string }) => name === 'HANGAR_DRAIN_SECONDS').value;
      const preStop = server.lifecycle?.preStop.sleep.seconds ?? 0;
      expect(spec.terminationGracePeriodSeconds).toBe(preStop + Number(drain) + 5);
    }
  });

  it('sets variables that Hangar knows, and no secret', () => {
    const known = new Set(VARIABLES.flatMap(({ name }) => [name, `${name}_FILE`]));
    const secret = new Set(VARIABLES.filter((variable) => variable.secret).map(({ name }) => name));
    for (const { owner, containers } of pods)
      for (const { name, value, valueFrom } of containers.flatMap(({ env }) => env ?? [])) {
        const where = `${owner} ${name}`;
        if (!EXTRA.has(name) && !OTHERS.test(name)) expect([where, known.has(name)]).toEqual([where, true]);
        expect([where, secret.has(name)]).toEqual([where, false]);
        expect(JSON.stringify(valueFrom ?? '')).not.toContain('secretKeyRef');
        if (name.endsWith('_FILE')) expect(value).toMatch(/^\/run\/secrets\/[\w/-]+$/);
      }
  });

  it('names each variable once, and mounts each file that one names', () => {
    for (const { spec, containers } of pods)
      for (const { env = [], volumeMounts = [] } of containers) {
        expect(new Set(env.map(({ name }) => name)).size).toBe(env.length);
        const files = volumeMounts.flatMap(({ name, mountPath }) =>
          spec.volumes
            .filter((volume: { name: string }) => volume.name === name)
            .flatMap((volume: { projected?: { sources: Record<string, { items: { path: string }[] }>[] } }) =>
              (volume.projected?.sources ?? []).flatMap((source) => Object.values(source)),
            )
            .flatMap(({ items }: { items: { path: string }[] }) =>
              items.map(({ path }) => `${mountPath}/${path}`),
            ),
        );
        const named = env.filter(({ name }) => name.endsWith('_FILE') || name === 'NODE_EXTRA_CA_CERTS');
        for (const { name, value } of named) if (!EXTRA.has(name)) expect(files).toContain(value);
      }
  });

  it('selects pods that there are, by Services, budgets and Deployments', () => {
    for (const { spec } of of(set, 'Service'))
      expect(labels.some((each) => selects({ matchLabels: spec.selector }, each))).toBe(true);
    for (const { spec } of of(set, 'PodDisruptionBudget', 'Deployment'))
      expect(labels.filter((each) => selects(spec.selector, each))).toHaveLength(1);
    const deployments = of(set, 'Deployment').map(({ metadata }) => metadata.name);
    for (const { spec } of of(set, 'HorizontalPodAutoscaler', 'ScaledObject'))
      expect(deployments).toContain(spec.scaleTargetRef.name);
    for (const { metadata, spec } of of(set, 'Deployment')) {
      const scaled = of(set, 'HorizontalPodAutoscaler', 'ScaledObject').some(
        (scaler) => scaler.spec.scaleTargetRef.name === metadata.name,
      );
      expect('replicas' in spec).toBe(!scaled);
    }
  });

  it('leads nothing but its four paths in, to ports that pods have', () => {
    const ingress = of(set, 'Ingress').flatMap(({ spec }) =>
      spec.rules.flatMap(({ http }: { http: { paths: object[] } }) => http.paths),
    );
    const routes = of(set, 'HTTPRoute').flatMap(({ spec }) => spec.rules);
    const paths = [
      ...ingress.map(({ path, backend }) => [path, backend.service.name, backend.service.port.name]),
      ...routes.map(({ matches, backendRefs }) => [matches[0].path.value, backendRefs[0].name, 'http']),
    ];
    for (const [path, service, port] of paths) {
      expect(ROUTES).toContain(path);
      const { spec } = one(set, 'Service', service);
      expect(spec.ports).toEqual([expect.objectContaining({ name: port, targetPort: 'http' })]);
      const role = ['/console', '/api'].includes(path) ? 'console' : 'receiver';
      expect(rolesOf(spec.selector)).toContain(role);
    }
    const exposed = of(set, 'Service').filter(({ spec }) => spec.clusterIP !== 'None');
    for (const { spec } of exposed) expect(JSON.stringify(spec.ports)).not.toMatch(/metrics|9464/);
  });

  /** The roles of the pods that a selector means. */
  function rolesOf(matchLabels: Record<string, string>): string[] {
    return pods
      .filter((pod) => selects({ matchLabels }, pod.labels))
      .flatMap(({ containers }) => containers.flatMap(({ env }) => env ?? []))
      .filter(({ name }) => name === 'HANGAR_ROLES')
      .flatMap(({ value }) => value?.split(',') ?? []);
  }

  it('denies each pod all ways in and out, but those that it names', () => {
    const policies = of(set, 'NetworkPolicy').map(({ spec }) => spec);
    for (const pod of pods) {
      const mine = policies.filter(({ podSelector }) => selects(podSelector, pod.labels));
      expect(new Set(mine.flatMap(({ policyTypes }) => policyTypes))).toEqual(new Set(['Ingress', 'Egress']));
      const ports = (way: 'ingress' | 'egress'): unknown[] =>
        mine
          .flatMap((policy) => (policy[way] ?? []) as { ports: { port: unknown }[] }[])
          .flatMap((rule) => rule.ports);
      expect(ports('egress').length).toBeGreaterThan(1);
      for (const rule of mine.flatMap(({ egress = [], ingress = [] }) => [...egress, ...ingress]))
        expect(rule.ports.length).toBeGreaterThan(0);
      const job = !pod.owner.startsWith('Deployment');
      const exposed = of(set, 'Service').some(
        ({ spec }) => spec.clusterIP !== 'None' && selects({ matchLabels: spec.selector }, pod.labels),
      );
      const inside = ports('ingress').map((port) => (port as { port: number }).port);
      expect(inside).toEqual(job ? [] : exposed ? expect.arrayContaining([3000, 9464]) : [9464]);
    }
  });

  it('migrates before anything else, with what is there then, or in the pods themselves', () => {
    const [job] = of(set, 'Job');
    const server = podsOf(of(set, 'Deployment'))[0];
    if (!job) {
      const init = server?.spec.initContainers?.find(({ name }: { name: string }) => name === 'migrate');
      if (set !== 'no-ingress') expect(init.command).toEqual(['hangar', 'migrate', '--wait', '120']);
      return;
    }
    const [pod] = podsOf([job]);
    expect(server?.spec.initContainers?.map(({ name }: { name: string }) => name) ?? []).not.toContain(
      'migrate',
    );
    const hooks = manifests(set).filter(
      ({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'pre-install,pre-upgrade',
    );
    const earlier = hooks.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook-weight'] === '-10');
    expect(hooks.filter((hook) => !earlier.includes(hook))).toEqual([job]);
    for (const { metadata } of earlier)
      expect(metadata.annotations?.['helm.sh/hook-delete-policy']).toBe(
        'before-hook-creation,hook-succeeded',
      );
    expect(job.metadata.annotations?.['helm.sh/hook-delete-policy']).toBe('before-hook-creation');
    const there = earlier.map(({ kind, metadata }) => `${kind.replace('External', '')} ${metadata.name}`);
    const later = manifests(set)
      .filter(({ metadata }) => !metadata.annotations?.['helm.sh/hook'])
      .map(({ kind, metadata }) => `${kind.replace('External', '')} ${metadata.name}`);
    const needs = [
      `ServiceAccount ${pod?.spec.serviceAccountName}`,
      ...pod?.spec.volumes
        .flatMap(
          (volume: { projected?: { sources: { secret?: { name: string } }[] } }) =>
            volume.projected?.sources ?? [],
        )
        .map(({ secret }: { secret?: { name: string } }) => `Secret ${secret?.name}`),
    ];
    for (const need of needs) if (!there.includes(need)) expect(later).not.toContain(need);
    expect(there.some((name) => name.startsWith('NetworkPolicy'))).toBe(true);
  });
});

describe('the chart', () => {
  it('runs one Deployment a role, one for all, or pools of workers', () => {
    const names = (set: string): string[] => of(set, 'Deployment').map(({ metadata }) => metadata.name);
    expect(names('minimal').sort()).toEqual(
      ['console', 'receiver', 'scheduler', 'worker'].map((role) => `hangar-${role}`),
    );
    expect(names('trial')).toEqual(['hangar-server']);
    expect(names('worker-pools')).toEqual(
      expect.arrayContaining(['hangar-worker-reports', 'hangar-worker-agents']),
    );
    expect(names('worker-pools')).toHaveLength(6);
    const [pool] = podsOf([one('worker-pools', 'Deployment', 'hangar-worker-agents')]);
    expect(pool?.containers[0]?.env).toContainEqual({
      name: 'HANGAR_HANDLERS',
      value: 'AgentHandler.answer,AgentHandler.follow',
    });
  });

  it('replaces receivers one after the other is ready, and keeps them in their Service while webhooks are held', () => {
    for (const set of SETS)
      for (const { metadata, spec } of of(set, 'Deployment')) {
        if (!/-(receiver|server)$/.test(metadata.name)) continue;
        expect(spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
        const [container] = spec.template.spec.containers;
        const { periodSeconds, failureThreshold } = container.readinessProbe;
        const held = container.env.find(
          ({ name }: { name: string }) => name === 'WEBHOOK_HOLD_SECONDS',
        ).value;
        expect(periodSeconds * failureThreshold).toBeGreaterThan(Number(held));
      }
  });

  it('rolls the pods when its secrets change', () => {
    const checksum = (set: string): unknown =>
      one(set, 'Deployment', 'hangar-server').spec.template.metadata.annotations?.['checksum/secrets'];
    expect(checksum('trial')).toMatch(/^[a-f0-9]{64}$/);
    expect(checksum('single-process')).toBeUndefined();
  });

  it('gives the owner’s address to the migration alone', () => {
    for (const set of ['existing-secret', 'everything']) {
      const text = (kind: string): string =>
        JSON.stringify(podsOf(of(set, kind)).map(({ spec }) => spec.volumes));
      expect(text('Job')).toMatch(/owner-url|MIGRATION_DATABASE_URL/);
      expect(text('Deployment')).not.toMatch(/owner-url|MIGRATION_DATABASE_URL/);
    }
  });
});
