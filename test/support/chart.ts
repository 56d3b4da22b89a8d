import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Container, PodSpec, SecretProjection, Volume } from 'kubernetes-types/core/v1.d.ts';
import { parse } from 'yaml';
import { describeWith } from './describe-with.js';
import { keptManifests, type Manifest } from './kept-manifests.js';

/** The chart. */
export const CHART = 'helm/hangar';
const SUFFIX = '-values.yaml';

/** Sets of values that are kept, by name: chart-testing's convention. */
export const SETS: readonly string[] = readdirSync(`${CHART}/ci`)
  .filter((name) => name.endsWith(SUFFIX))
  .map((name) => name.slice(0, -SUFFIX.length));

/** Where the values of a set are. */
export function valuesPath(set: string): string {
  return `${CHART}/ci/${set}${SUFFIX}`;
}

/** Where it is kept what helm makes of a set. */
export function goldenPath(set: string): string {
  return `test/chart/golden/${set}.yaml`;
}

/** The sets of which it is kept what helm makes of them. */
export const KEPT: readonly string[] = SETS.filter((set) => existsSync(goldenPath(set)));

/** Where render-chart.mjs puts what helm makes of the sets; `undefined` where there is no helm. */
const RENDERED = process.env['HANGAR_TEST_CHART'];

/** The sets whose objects are at hand: without helm those that are kept. */
export const AT_HAND: readonly string[] = RENDERED ? SETS : KEPT;

/** Describes the objects of each set; without helm those that are not kept are skipped. */
export function describeSets(title: (set: string) => string, tests: (set: string) => void): void {
  for (const set of SETS) describeWith('helm', AT_HAND.includes(set), title(set), () => tests(set));
}

const read = new Map<string, Manifest[]>();

/** The objects that helm makes of a set; without helm as they are kept. @throws what helm says against it */
export function manifests(set: string): Manifest[] {
  const known = read.get(set) ?? (RENDERED ? rendered(RENDERED, set) : keptManifests(goldenPath(set)));
  read.set(set, known);
  return known;
}

function rendered(folder: string, set: string): Manifest[] {
  const text = readFileSync(`${folder}/${set}.json`, 'utf8');
  const { objects, error } = JSON.parse(text) as { objects?: Manifest[]; error?: string };
  if (!objects) throw new Error(error);
  return objects;
}

/** The objects of a set that are of these kinds. */
export function objectsOf(set: string, ...kinds: string[]): Manifest[] {
  return manifests(set).filter(({ kind }) => kinds.includes(kind));
}

/** The one object of a kind, with the name where there are more. */
export function objectOf(set: string, kind: string, name?: string): Manifest {
  const [found, ...more] = objectsOf(set, kind).filter(({ metadata }) => !name || metadata.name === name);
  if (!found || more.length > 0) throw new Error(`${set} has ${more.length + (found ? 1 : 0)} of ${kind} ${name}`);
  return found;
}

/** Values as they are in a file. */
export function valuesIn(path: string): unknown {
  return parse(readFileSync(path, 'utf8'));
}

/** A pod, or the template of one. */
export interface Pod {
  /** Kind and name of what has it. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly containers: readonly Container[];
}

/** The one pod of an object of that kind, with the name where there are more. */
export function podOf(set: string, kind: string, name?: string): Pod {
  const [pod] = podsOf([objectOf(set, kind, name)]);
  if (!pod) throw new Error(`${kind} has no pod`);
  return pod;
}

/** The variables of a pod's container that has Hangar, by name; those without a value are left out. */
export function environmentOf({ containers }: Pod): Record<string, string> {
  const { env = [] } = containers.find(({ name }) => ['hangar', 'migrate', 'doctor'].includes(name)) ?? {};
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

/** What lies in a volume of files: each source with its items. */
export function projectedIn({ spec }: Pod, volume: string): unknown {
  return spec.volumes?.find(({ name }) => name === volume)?.projected?.sources;
}

/** What a pod mounts files of: `Secret name`, `ConfigMap name`. */
export function mountedBy({ spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(sourcesOf).map(([kind, { name }]) => `${kind} ${name}`);
}

/** The files that a container sees. */
export function filesOf({ spec }: Pod, { volumeMounts = [] }: Container): string[] {
  return volumeMounts.flatMap(({ name, mountPath }) =>
    (spec.volumes ?? [])
      .filter((volume) => volume.name === name)
      .flatMap(sourcesOf)
      .flatMap(([, { items = [] }]) => items.map(({ path }) => `${mountPath}/${path}`)),
  );
}

function sourcesOf({ projected }: Volume): [kind: string, source: SecretProjection][] {
  return (projected?.sources ?? []).flatMap(({ secret, configMap }): [string, SecretProjection][] => [
    ...(secret ? [['Secret', secret] as [string, SecretProjection]] : []),
    ...(configMap ? [['ConfigMap', configMap] as [string, SecretProjection]] : []),
  ]);
}

/** Every pod of these objects. */
export function podsOf(objects: readonly Manifest[]): Pod[] {
  return objects
    .filter(({ kind }) => ['Deployment', 'Job', 'Pod'].includes(kind))
    .map(({ kind, metadata, spec }) => {
      const pod = kind === 'Pod' ? { metadata, spec } : spec.template;
      const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
      return { owner: `${kind} ${metadata.name}`, labels: pod.metadata.labels, spec: pod.spec, containers };
    });
}

/** Whether labels are those that a selector asks for. */
export function selects(
  selector: {
    matchLabels?: Record<string, string>;
    matchExpressions?: readonly { key: string; operator: string; values: readonly string[] }[];
  },
  labels: Readonly<Record<string, string>>,
): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const alike = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return (
    alike &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'NotIn') throw new Error(`an operator that these tests do not know: ${operator}`);
      return !values.includes(labels[key] ?? '');
    })
  );
}
