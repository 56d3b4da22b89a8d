import { readdirSync, readFileSync } from 'node:fs';
import type { Container, PodSpec, SecretProjection, Volume } from 'kubernetes-types/core/v1.d.ts';
import { parse, parseAllDocuments } from 'yaml';

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

/** A Kubernetes object as far as all have the same shape. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  // Its parts are what tests look into; what they find is checked by the types of kubernetes-types.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly spec?: any;
  readonly automountServiceAccountToken?: boolean;
}

/** The part that all objects have, and pods of a template too. */
interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const read = new Map<string, Manifest[]>();

/** The objects that helm makes of a set, as they are kept. */
export function manifests(set: string): Manifest[] {
  const known = read.get(set) ?? manifestsOf(readFileSync(goldenPath(set), 'utf8'));
  read.set(set, known);
  return known;
}

/** The objects of a rendered text. */
export function manifestsOf(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
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
