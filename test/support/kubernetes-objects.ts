import { parse } from 'yaml';
import { mountedBy, podsOf } from './chart.js';
import { type Manifest } from './kept-manifests.js';
import { messages } from './otlp-protobuf.js';

/** What a body in Kubernetes' binary form begins with. */
const BINARY = 'k8s\0';

/** An object as the API server keeps it. */
export interface ClusterObject extends Manifest {
  readonly metadata: Manifest['metadata'] & {
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: string;
  };
  readonly status?: object;
}

/** The object with the status that it would get: of its containers' exit codes, and pending where what its pod names is missing. */
export function withStatus(
  object: ClusterObject,
  objects: ReadonlyMap<string, ClusterObject>,
  exitCodes: ReadonlyMap<string, number>,
): ClusterObject {
  const [pod] = podsOf([object]);
  if (!pod) return object;
  // Beside a container that ends, one that does not keeps the pod running; a native sidecar does not.
  if (object.kind !== 'Deployment' && pod.spec.containers.length > 1) return { ...object, status: { active: 1 } };
  const needs = [`ServiceAccount ${pod.spec.serviceAccountName}`, ...mountedBy(pod)];
  const missing = needs.filter((need) => !objects.has(need));
  const failed = missing.length > 0 || pod.spec.containers.some(({ name }) => (exitCodes.get(name) ?? 0) !== 0);
  return { ...object, status: statusOf(object, failed) };
}

function statusOf({ kind, metadata, spec }: ClusterObject, failed: boolean): object {
  if (kind === 'Pod') return { phase: failed ? 'Failed' : 'Succeeded', conditions: [], containerStatuses: [] };
  if (kind === 'Job') {
    const conditions = [
      { type: failed ? 'Failed' : 'Complete', status: 'True', reason: failed ? 'PodFailurePolicy' : '' },
    ];
    return { conditions, ...(failed ? { failed: 1 } : { succeeded: 1 }) };
  }
  const { replicas = 1 } = spec;
  const conditions = [
    { type: 'Available', status: failed ? 'False' : 'True' },
    { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
  ];
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  return { observedGeneration: metadata.generation, conditions, ...counts };
}

/** An object after a merge patch (RFC 7396). */
export function merged<T>(object: T, patch: unknown): T {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch as T;
  const result: Record<string, unknown> = { ...(object as object) };
  for (const [key, value] of Object.entries(patch))
    if (value === null) delete result[key];
    else result[key] = merged(result[key] ?? {}, value);
  return result as T;
}

/** The object of a request: JSON, YAML (server-side apply), or a Secret in protocol buffers, as which Helm writes a release. */
export function objectIn(body: Buffer): ClusterObject {
  if (!body.toString('latin1').startsWith(BINARY)) return parse(body.toString()) as ClusterObject;
  const field = (message: Buffer, number: number): Buffer => messages(message, number)[0] ?? Buffer.alloc(0);
  const map = (message: Buffer, number: number, encoding: BufferEncoding): Record<string, string> =>
    Object.fromEntries(
      messages(message, number).map((entry) => [field(entry, 1).toString(), field(entry, 2).toString(encoding)]),
    );
  const secret = field(body.subarray(BINARY.length), 2);
  const metadata = field(secret, 1);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: field(metadata, 1).toString(), labels: map(metadata, 11, 'utf8') },
    data: map(secret, 2, 'base64'),
  };
}
