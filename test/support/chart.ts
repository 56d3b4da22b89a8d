import { readdirSync, readFileSync } from 'node:fs';
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
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly automountServiceAccountToken?: boolean;
}

/** The part that all objects have, and pods of a template too. */
export interface Metadata {
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

/** A container as tests look at it. */
export interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** A volume as the chart makes them: files of Secrets and ConfigMaps. */
interface Volume {
  readonly name: string;
  readonly projected?: { readonly sources: readonly Readonly<Record<string, Source>>[] };
}

interface Source {
  readonly name: string;
  readonly items: readonly { readonly key: string; readonly path: string }[];
}

/** A pod, or the template of one. */
export interface Pod {
  /** Kind and name of what has it. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly spec: any;
  readonly containers: readonly Container[];
}

/** What a pod mounts files of: `Secret name`, `ConfigMap name`. */
export function mountedBy({ spec }: Pod): string[] {
  return sourcesOf(spec.volumes).map(
    ([kind, { name }]) => `${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${name}`,
  );
}

/** The files that a container sees. */
export function filesOf({ spec }: Pod, { volumeMounts = [] }: Container): string[] {
  return volumeMounts.flatMap(({ name, mountPath }) =>
    sourcesOf((spec.volumes as Volume[]).filter((volume) => volume.name === name)).flatMap(([, { items }]) =>
      items.map(({ path }) => `${mountPath}/${path}`),
    ),
  );
}

function sourcesOf(volumes: readonly Volume[]): [kind: string, source: Source][] {
  return volumes.flatMap(({ projected }) =>
    (projected?.sources ?? []).flatMap((source) => Object.entries(source)),
  );
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
