import { describe, expect, it } from '@jest/globals';
import { HangarConfig } from '../../src/config/hangar-config.js';
import { variablesOf } from '../../src/config/variable.decorator.js';
import { filesOf, type Manifest, manifests, mountedBy, podsOf, selects, SETS } from '../support/chart.js';

/** Read by pg and by OpenTelemetry themselves. */
const OTHERS = /^(?:PGSSLMODE|OTEL_[A-Z_]+)$/;
/** Of `extraEnv` in the sets, and what others are made of. */
const EXTRA = new Set(['TZ', 'POD_NAME', 'K8S_POD_NAME', 'MODEL_API_KEY_FILE']);
const VARIABLES = variablesOf(HangarConfig.prototype);
const MIGRATE = 'hangar migrate --wait 120';

const ROUTES = ['/api', '/console', '/oauth', '/webhooks'];

function of(set: string, ...kinds: string[]): Manifest[] {
  return manifests(set).filter(({ kind }) => kinds.includes(kind));
}

/** What External Secrets makes has the name of what it is made by. */
function nameOf({ kind, metadata }: Manifest): string {
  return `${kind === 'ExternalSecret' ? 'Secret' : kind} ${metadata.name}`;
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
      const [server] = spec.containers;
      const drain = server?.env?.find(({ name }) => name === 'HANGAR_DRAIN_SECONDS')?.value;
      const preStop = server?.lifecycle?.preStop?.sleep?.seconds ?? 0;
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
    for (const pod of pods)
      for (const container of pod.containers) {
        const { env = [] } = container;
        expect(new Set(env.map(({ name }) => name)).size).toBe(env.length);
        const named = env.filter(({ name }) => /_FILE$|^NODE_EXTRA_CA_CERTS$/.test(name) && !EXTRA.has(name));
        for (const { value } of named) expect(filesOf(pod, container)).toContain(value);
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
      const rules = (way: 'ingress' | 'egress', type: string): { ports: { port: number }[] }[] =>
        mine.filter(({ policyTypes }) => policyTypes.includes(type)).flatMap((policy) => policy[way] ?? []);
      const out = rules('egress', 'Egress').map(({ ports }) => ports.map(({ port }) => port));
      const nameServer = set === 'openshift' ? 5353 : 53;
      expect(out).toContainEqual([nameServer, nameServer]); // by UDP and TCP
      expect(out).toContainEqual(expect.arrayContaining([5432]));
      const inside = rules('ingress', 'Ingress').flatMap(({ ports }) => ports.map(({ port }) => port));
      expect(mine.some(({ policyTypes }) => policyTypes.includes('Ingress'))).toBe(true);
      const job = !pod.owner.startsWith('Deployment');
      const exposed = of(set, 'Service').some(
        ({ spec }) => spec.clusterIP !== 'None' && selects({ matchLabels: spec.selector }, pod.labels),
      );
      expect(inside).toEqual(job ? [] : exposed ? expect.arrayContaining([3000, 9464]) : [9464]);
    }
  });

  it('migrates in a Job with what is there before a release, in the pods themselves, or not at all', () => {
    const [server] = podsOf(of(set, 'Deployment'));
    const commands = server?.containers.flatMap(({ command }) => (command ? [command.join(' ')] : [])) ?? [];
    const [job] = podsOf(of(set, 'Job'));
    if (set === 'no-ingress') expect([job, commands]).toEqual([undefined, []]);
    else if (!job) expect(commands).toEqual([MIGRATE]);
    else {
      expect([commands, job.containers.map(({ command }) => command?.join(' '))]).toEqual([[], [MIGRATE]]);
      expect(hooks('0')).toEqual([job.owner]);
      expect(hooks('-10')).toContainEqual(expect.stringMatching(/^NetworkPolicy /));
      const later = manifests(set).filter(({ metadata }) => !metadata.annotations?.['helm.sh/hook']);
      for (const need of [`ServiceAccount ${job.spec.serviceAccountName}`, ...mountedBy(job)])
        if (!hooks('-10').includes(need)) expect(later.map(nameOf)).not.toContain(need);
    }
  });

  /** What is made before a release, at a weight. */
  function hooks(weight: string): string[] {
    return manifests(set)
      .filter(({ metadata: { annotations } }) => annotations?.['helm.sh/hook'] === 'pre-install,pre-upgrade')
      .filter(({ metadata: { annotations } }) => annotations?.['helm.sh/hook-weight'] === weight)
      .map(nameOf);
  }
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

  it('leaves nothing of a migration behind but its Job, for the log', () => {
    for (const { kind, metadata } of SETS.flatMap(manifests)) {
      const { 'helm.sh/hook': hook, 'helm.sh/hook-delete-policy': policy } = metadata.annotations ?? {};
      if (!hook) continue;
      const stays = ['Job', 'Pod'].includes(kind);
      expect(policy).toBe(stays ? 'before-hook-creation' : 'before-hook-creation,hook-succeeded');
    }
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
