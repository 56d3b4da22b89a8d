import { beforeAll, expect, it } from '@jest/globals';
import { VARIABLES } from '../../src/config/areas.js';
import {
  describeSets,
  filesOf,
  manifests,
  mountedBy,
  objectOf,
  objectsOf,
  type Pod,
  podsOf,
  selects,
  valuesIn,
  valuesPath,
} from '../support/chart.js';
import { COMMON_LABELS, type Manifest } from '../support/kept-manifests.js';

/** Read by pg and by OpenTelemetry themselves. */
const OTHERS = /^(?:PGSSLMODE|OTEL_[A-Z_]+)$/;
/** Of `extraEnv` in the sets, and what others are made of. */
const EXTRA = new Set(['TZ', 'POD_NAME', 'K8S_POD_NAME', 'MODEL_API_KEY_FILE']);
/** Of `extraObjects` in the sets. */
const EXTRA_OBJECTS = /-(?:extra|text)$/;
/** Seconds that a `preStop` of the user's own has: `preStopSeconds` of the receiver. */
const OWN_PRE_STOP = 10;
/** Of `networkPolicy.ingress.extra` in the set `company`. */
const EXTRA_PORT = 15_020;
const MIGRATE = 'hangar migrate --wait 120';

const ROUTES = ['/api', '/console', '/oauth', '/webhooks'];

/** What External Secrets makes has the name of what it is made by. */
function nameOf({ kind, metadata }: Manifest): string {
  return `${kind === 'ExternalSecret' ? 'Secret' : kind} ${metadata.name}`;
}

describeSets((set) => `with the values ${set}, the chart`, keepsTheRules);

function keepsTheRules(set: string): void {
  let pods: Pod[] = [];
  let labels: Pod['labels'][] = [];
  beforeAll(() => {
    pods = podsOf(manifests(set));
    labels = pods.map((pod) => pod.labels);
  });

  it('contains each object once, in the namespace of the release', () => {
    const names = manifests(set).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { kind, metadata } of manifests(set))
      if (kind !== 'ConfigMap') expect(metadata.namespace).toBe('hangar');
  });

  it('labels each object with the release', () => {
    const { nameOverride, image } = valuesIn(valuesPath(set)) as {
      nameOverride?: string;
      image: { tag?: string };
    };
    const own = {
      ...COMMON_LABELS,
      ...(nameOverride ? { 'app.kubernetes.io/name': nameOverride } : {}),
      ...(image.tag ? { 'app.kubernetes.io/version': image.tag } : {}),
    };
    const made = manifests(set).filter(({ metadata }) => !EXTRA_OBJECTS.test(metadata.name));
    for (const { metadata } of made) expect(metadata.labels).toMatchObject(own);
  });

  it('mounts no service account token, and sets the termination grace period to the drain time', () => {
    for (const { spec } of pods) expect(spec.automountServiceAccountToken).toBe(false);
    for (const account of objectsOf(set, 'ServiceAccount')) expect(account.automountServiceAccountToken).toBe(false);
    for (const { spec } of podsOf(objectsOf(set, 'Deployment'))) {
      const [server] = spec.containers;
      const drain = server?.env?.find(({ name }) => name === 'HANGAR_DRAIN_SECONDS')?.value;
      const { sleep, httpGet } = server?.lifecycle?.preStop ?? {};
      const preStop = httpGet ? OWN_PRE_STOP : (sleep?.seconds ?? 0);
      expect(spec.terminationGracePeriodSeconds).toBe(preStop + Number(drain) + 5);
    }
  });

  it('sets only variables that Hangar knows, and no secret', () => {
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

  it('sets each variable once, and mounts each file that a variable refers to', () => {
    for (const pod of pods)
      for (const container of pod.containers) {
        const { env = [] } = container;
        expect(new Set(env.map(({ name }) => name)).size).toBe(env.length);
        const named = env.filter(({ name }) => /_FILE$|^NODE_EXTRA_CA_CERTS$/.test(name) && !EXTRA.has(name));
        for (const { value } of named) expect(filesOf(pod, container)).toContain(value);
      }
  });

  it('has selectors of Services, budgets and Deployments that match pods', () => {
    for (const { spec } of objectsOf(set, 'Service'))
      expect(labels.some((each) => selects({ matchLabels: spec.selector }, each))).toBe(true);
    for (const { spec } of objectsOf(set, 'PodDisruptionBudget', 'Deployment'))
      expect(labels.filter((each) => selects(spec.selector, each))).toHaveLength(1);
    const deployments = objectsOf(set, 'Deployment').map(({ metadata }) => metadata.name);
    for (const { spec } of objectsOf(set, 'HorizontalPodAutoscaler', 'ScaledObject'))
      expect(deployments).toContain(spec.scaleTargetRef.name);
    for (const { metadata, spec } of objectsOf(set, 'Deployment')) {
      const scaled = objectsOf(set, 'HorizontalPodAutoscaler', 'ScaledObject').some(
        (scaler) => scaler.spec.scaleTargetRef.name === metadata.name,
      );
      expect('replicas' in spec).toBe(!scaled);
    }
  });

  it('routes only its four paths, to ports that pods have', () => {
    const ingress = objectsOf(set, 'Ingress').flatMap(({ spec }) =>
      spec.rules.flatMap(({ http }: { http: { paths: object[] } }) => http.paths),
    );
    const routes = objectsOf(set, 'HTTPRoute').flatMap(({ spec }) => spec.rules);
    const paths = [
      ...ingress.map(({ path, backend }) => [path, backend.service.name, backend.service.port.name]),
      ...routes.map(({ matches, backendRefs }) => [matches[0].path.value, backendRefs[0].name, 'http']),
    ];
    for (const [fullPath, service, port] of paths) {
      const path = fullPath.replace(set === 'gateway' ? '/plane-app' : '', '');
      expect(ROUTES).toContain(path);
      const { spec } = objectOf(set, 'Service', service);
      expect(spec.ports).toEqual([expect.objectContaining({ name: port, targetPort: 'http' })]);
      const roles = path === '/oauth' ? ['receiver', 'console'] : [path === '/webhooks' ? 'receiver' : 'console'];
      expect(roles.filter((role) => rolesOf(spec.selector).includes(role))).not.toEqual([]);
    }
    const exposed = objectsOf(set, 'Service').filter(({ spec }) => spec.clusterIP !== 'None');
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

  it('denies each pod all ingress and egress except the listed rules', () => {
    const policies = objectsOf(set, 'NetworkPolicy').map(({ spec }) => spec);
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
      const exposed = objectsOf(set, 'Service').some(
        ({ spec }) => spec.clusterIP !== 'None' && selects({ matchLabels: spec.selector }, pod.labels),
      );
      const own = inside.filter((port) => port !== EXTRA_PORT);
      expect(own).toEqual(job ? [] : exposed ? expect.arrayContaining([3000, 9464]) : [9464]);
      expect(inside.includes(EXTRA_PORT)).toBe(!job && set === 'company');
    }
  });

  it('migrates in a Job that needs only pre-release objects, in the pods, or not at all', () => {
    const [server] = podsOf(objectsOf(set, 'Deployment'));
    const commandsOf = (pod?: Pod): string[] =>
      pod?.containers.flatMap(({ command }) => (command ? [command.join(' ')] : [])) ?? [];
    const commands = commandsOf(server);
    const [job] = podsOf(objectsOf(set, 'Job'));
    if (set === 'no-ingress') expect([job, commands]).toEqual([undefined, []]);
    else if (!job) expect(commands).toEqual([MIGRATE]);
    else {
      expect([commands, commandsOf(job)]).toEqual([[], [MIGRATE]]);
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

  it('replaces receivers without downtime, and keeps them ready during the store deadline', () => {
    for (const { metadata, spec } of objectsOf(set, 'Deployment')) {
      if (!/-(receiver|server)$/.test(metadata.name)) continue;
      expect(spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
      const [{ env, readinessProbe }] = spec.template.spec.containers;
      const held = env.find(({ name }: { name: string }) => name === 'WEBHOOK_HOLD_SECONDS').value;
      expect(readinessProbe.periodSeconds * readinessProbe.failureThreshold).toBeGreaterThan(Number(held));
    }
  });

  it('keeps only the Job of a migration, for its log', () => {
    for (const { kind, metadata } of manifests(set)) {
      const { 'helm.sh/hook': hook, 'helm.sh/hook-delete-policy': policy } = metadata.annotations ?? {};
      if (!hook) continue;
      const stays = ['Job', 'Pod'].includes(kind);
      expect(policy).toBe(stays ? 'before-hook-creation' : 'before-hook-creation,hook-succeeded');
    }
  });
}
