/** The kinds that the chart's objects and Helm's have, by the name in paths. */
export const RESOURCES: Readonly<Record<string, { readonly apiVersion: string; readonly kind: string }>> = {
  namespaces: { apiVersion: 'v1', kind: 'Namespace' },
  pods: { apiVersion: 'v1', kind: 'Pod' },
  services: { apiVersion: 'v1', kind: 'Service' },
  secrets: { apiVersion: 'v1', kind: 'Secret' },
  configmaps: { apiVersion: 'v1', kind: 'ConfigMap' },
  serviceaccounts: { apiVersion: 'v1', kind: 'ServiceAccount' },
  deployments: { apiVersion: 'apps/v1', kind: 'Deployment' },
  replicasets: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  jobs: { apiVersion: 'batch/v1', kind: 'Job' },
  ingresses: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  networkpolicies: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  poddisruptionbudgets: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  horizontalpodautoscalers: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
};
const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const GROUPS = [...new Set(Object.values(RESOURCES).map(({ apiVersion }) => apiVersion))].filter((at) => at !== 'v1');

/** What the API server answers of itself at a path: its version, groups and resources; `undefined` for another path. */
export function resourceLists(pathname: string): object | undefined {
  if (pathname === '/version') return { major: '1', minor: '34', gitVersion: 'v1.34.0' };
  if (pathname === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (pathname === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: GROUPS.map(group) };
  const groupVersion = pathname.replace(/^\/apis?\//, '');
  const found = Object.entries(RESOURCES).filter(([, { apiVersion }]) => apiVersion === groupVersion);
  if (found.length === 0) return undefined;
  const resources = found.map(([name, { kind }]) => ({
    name,
    kind,
    singularName: kind.toLowerCase(),
    namespaced: kind !== 'Namespace',
    verbs: VERBS,
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function group(groupVersion: string): object {
  const [name, version] = groupVersion.split('/');
  return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
}
