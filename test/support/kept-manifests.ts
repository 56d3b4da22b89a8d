import { readFileSync } from 'node:fs';
import { Document, visit } from 'yaml';
import { yamlDocuments } from './yaml-documents.js';

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
interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What is at most this long as JSON stands in one line. */
const ONE_LINE = 120;
const CHART_FILE = readFileSync('helm/hangar/Chart.yaml', 'utf8');
const { version, appVersion } = yamlDocuments(CHART_FILE)[0] as { version: string; appVersion: string };

/** The namespace of every object in the sets. */
const NAMESPACE = 'hangar';

/** The labels of every object that the chart makes, with values that say nothing else. */
export const COMMON_LABELS: Readonly<Record<string, string>> = {
  'app.kubernetes.io/name': 'hangar',
  'app.kubernetes.io/instance': 'hangar',
  'app.kubernetes.io/version': appVersion,
  'app.kubernetes.io/managed-by': 'Helm',
  'helm.sh/chart': `hangar-${version}`,
};

/** Objects as they are kept: without what all have, the files of `files/`, and the version of the chart, which tests look at themselves. */
export function keptText(objects: readonly Manifest[]): string {
  return objects.map((object) => `---\n${yamlOf(withoutCommon(object))}`).join('');
}

/** The objects of a file that is kept, with what all have. */
export function keptManifests(path: string): Manifest[] {
  const objects = yamlDocuments(readFileSync(path, 'utf8')) as Manifest[];
  return objects.map(({ metadata, ...rest }) => {
    const labels = { ...COMMON_LABELS, ...metadata.labels };
    return { ...rest, metadata: { namespace: NAMESPACE, ...metadata, labels } };
  });
}

function withoutCommon({ apiVersion, kind, metadata, ...rest }: Manifest): object {
  const { labels = {}, namespace, ...others } = metadata;
  const own = Object.entries(labels).filter(([name, value]) => COMMON_LABELS[name] !== value);
  return {
    apiVersion,
    kind,
    metadata: {
      ...others,
      ...(namespace === NAMESPACE ? {} : { namespace }),
      ...(own.length > 0 ? { labels: Object.fromEntries(own) } : {}),
    },
    ...withoutFiles(kind, rest),
  };
}

function withoutFiles(kind: string, rest: Omit<Manifest, 'apiVersion' | 'kind' | 'metadata'>): object {
  if (kind === 'PrometheusRule') return { ...rest, spec: { groups: [] } };
  return rest.data?.['hangar.json'] ? { ...rest, data: { ...rest.data, 'hangar.json': '{}' } } : rest;
}

function yamlOf(object: object): string {
  const document = new Document(withoutVersion(object), { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Collection(_, node) {
      if (node === document.contents || JSON.stringify(node).length > ONE_LINE) return undefined;
      node.flow = true;
      return visit.SKIP;
    },
  });
  return document.toString({ lineWidth: 0, directives: false });
}

/** A release of the chart is to change no file that is kept. */
function withoutVersion(object: object): unknown {
  return JSON.parse(JSON.stringify(object), (key, value: unknown) => {
    const current = key === 'image' && String(value).endsWith(`:${appVersion}`);
    return current ? String(value).slice(0, -appVersion.length) + 'appVersion' : value;
  });
}
