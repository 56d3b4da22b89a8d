import { expect, it } from '@jest/globals';
import { environmentOf, manifests, objectOf, objectsOf, podOf, podsOf, projectedIn, SETS } from '../support/chart.js';
import { describeWith } from '../support/describe-with.js';
import { HELM } from '../support/helm.js';

describeWith('helm', HELM !== undefined, 'a CloudNativePG database', () => {
  const SET = 'cloudnative-pg';
  const pods = (): ReturnType<typeof podsOf> => podsOf(manifests(SET));

  it('is a Cluster with every key of the values', () => {
    expect(objectOf(SET, 'Cluster', 'hangar-db').spec).toEqual({
      instances: 3,
      imageName: 'ghcr.io/cloudnative-pg/postgresql:18',
      storage: { size: '50Gi', storageClass: 'fast' },
      resources: { requests: { cpu: '1', memory: '2Gi' }, limits: { memory: '2Gi' } },
      postgresql: { parameters: { max_connections: '400' } },
      bootstrap: { initdb: { database: 'hangar', owner: 'hangar' } },
      affinity: { topologyKey: 'topology.kubernetes.io/zone' },
    });
  });

  it('is kept when the release is uninstalled', () => {
    const { annotations } = objectOf(SET, 'Cluster').metadata;
    expect(annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
  });

  it('is connected to with the URL in the operator’s Secret', () => {
    const items = ['HANGAR_ENCRYPTION_KEYS', 'PLANE_CLIENT_SECRET', 'PLANE_WEBHOOK_SECRETS'].map((key) => ({
      key,
      path: key.toLowerCase().replaceAll('_', '-'),
    }));
    for (const pod of pods())
      expect(projectedIn(pod, 'secrets')).toEqual([
        { secret: { name: 'hangar-secrets', items } },
        { secret: { name: 'hangar-db-app', items: [{ key: 'uri', path: 'database-url' }] } },
      ]);
  });

  it('is verified with the operator’s certificate authority only', () => {
    for (const pod of pods()) {
      expect(projectedIn(pod, 'ca-bundle')).toEqual([
        { secret: { name: 'hangar-db-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      ]);
      expect(environmentOf(pod)).toMatchObject({
        PGSSLMODE: 'verify-full',
        NODE_EXTRA_CA_CERTS: '/etc/hangar/ca-bundle/ca.crt',
      });
    }
  });

  it('is the only database that network policies allow', () => {
    const rules = objectOf(SET, 'NetworkPolicy', 'hangar').spec.egress;
    expect(rules).toContainEqual({
      ports: [{ protocol: 'TCP', port: 5432 }],
      to: [{ podSelector: { matchLabels: { 'cnpg.io/cluster': 'hangar-db' } } }],
    });
    expect(rules).toHaveLength(2);
  });

  it('is migrated by each pod, since it is created after the hooks', () => {
    expect(objectsOf(SET, 'Job')).toEqual([]);
    for (const { spec } of podsOf(objectsOf(SET, 'Deployment')))
      expect(spec.initContainers?.map(({ name }) => name)).toEqual(['migrate']);
  });
});

describeWith('helm', HELM !== undefined, 'a database with a certificate', () => {
  it.each([
    ['ca-and-proxy', 'configMap'],
    ['existing-secret', 'secret'],
  ])('of the certificate authority in the values %s is trusted through a mounted file', (set, source) => {
    for (const pod of podsOf(manifests(set))) {
      const items = [{ key: 'ca.crt', path: 'ca.crt' }];
      expect(projectedIn(pod, 'database-ca')).toEqual([{ [source]: { name: 'postgres-ca', items } }]);
      expect(pod.containers[0]?.volumeMounts).toContainEqual({
        name: 'database-ca',
        mountPath: '/etc/hangar/database-ca',
        readOnly: true,
      });
    }
  });

  it('is verified if the values say so', () => {
    for (const pod of podsOf(manifests('existing-secret')))
      expect(environmentOf(pod)).toMatchObject({ PGSSLMODE: 'verify-full' });
    expect(environmentOf(podOf('minimal', 'Job'))).not.toHaveProperty('PGSSLMODE');
  });
});

describeWith('helm', HELM !== undefined, 'the connections of all pods', () => {
  /** A command has a small pool. */
  const COMMAND = 4;

  /** Pods of a Deployment at most, while it is replaced. */
  function mostPods(set: string, name: string): number {
    const { spec } = objectOf(set, 'Deployment', name);
    const scaler = objectsOf(set, 'HorizontalPodAutoscaler', 'ScaledObject').find(
      ({ spec: { scaleTargetRef } }) => scaleTargetRef.name === name,
    );
    const most = scaler?.spec.maxReplicas ?? scaler?.spec.maxReplicaCount ?? spec.replicas;
    const surge = spec.strategy.rollingUpdate?.maxSurge ?? 0;
    return most + (typeof surge === 'string' ? Math.ceil((Number.parseInt(surge, 10) * most) / 100) : surge);
  }

  it.each(SETS)('are counted for doctor, those of a rollout included, with the values %s', (set) => {
    const pods = objectsOf(set, 'Deployment').map(({ metadata }) => mostPods(set, metadata.name));
    const doctor = podOf(set, 'Pod');
    const pool = Number(environmentOf(doctor)['DATABASE_POOL_SIZE']);
    const most = pods.reduce((sum, each) => sum + each, 0) * (2 * pool + 1) + COMMAND;
    const [container] = doctor.spec.containers;
    expect(container?.command?.slice(0, 4)).toEqual(['hangar', 'doctor', '--connections', String(most)]);
  });
});
