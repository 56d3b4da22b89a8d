import { describe, expect, it } from '@jest/globals';
import {
  AT_HAND,
  environmentOf,
  manifests,
  objectOf,
  objectsOf,
  podOf,
  podsOf,
  projectedIn,
  valuesIn,
  valuesPath,
} from '../support/chart.js';
import { describeWith } from '../support/describe-with.js';
import { HELM } from '../support/helm.js';

describe('secrets', () => {
  it('are files that only owner and group can read; certificate authorities are readable by all', () => {
    const modes = AT_HAND.flatMap((set) => podsOf(manifests(set)))
      .flatMap(({ spec }) => spec.volumes ?? [])
      .flatMap(({ name, projected }) => (projected ? [`${name} ${projected.defaultMode?.toString(8)}`] : []));
    expect([...new Set(modes)].sort()).toEqual(['ca-bundle 444', 'database-ca 444', 'secrets 440']);
  });

  it('provide the database owner’s URL only to the migration', () => {
    const paths = (kind: string): string => JSON.stringify(podsOf(objectsOf('everything', kind)));
    expect(paths('Job')).toContain('MIGRATION_DATABASE_URL');
    expect(paths('Deployment')).not.toContain('MIGRATION_DATABASE_URL');
  });
});

describeWith('helm', HELM !== undefined, 'an existing Secret', () => {
  const SET = 'existing-secret';
  const FILES = [
    { key: 'encryption-keys', path: 'hangar-encryption-keys' },
    { key: 'client-secret', path: 'plane-client-secret' },
    { key: 'webhook-secrets', path: 'plane-webhook-secrets' },
  ];

  it('is read with its own keys, and the database URL from an operator’s Secret', () => {
    for (const kind of ['Deployment', 'Pod'])
      for (const pod of podsOf(objectsOf(SET, kind)))
        expect(projectedIn(pod, 'secrets')).toEqual([
          { secret: { name: 'apps-hangar', items: FILES } },
          { secret: { name: 'postgres-app', items: [{ key: 'uri', path: 'database-url' }] } },
        ]);
  });

  it('provides the migration’s database URL, which takes precedence over the operator’s', () => {
    const items = [...FILES, { key: 'owner-url', path: 'database-url' }];
    expect(projectedIn(podOf(SET, 'Job'), 'secrets')).toEqual([{ secret: { name: 'apps-hangar', items } }]);
  });

  it('is not created by the chart', () => {
    expect(objectsOf(SET, 'Secret', 'ExternalSecret')).toEqual([]);
  });

  it('can be watched with annotations of the pods', () => {
    for (const { spec } of objectsOf(SET, 'Deployment', 'Job'))
      expect(spec.template.metadata.annotations).toEqual({ 'reloader.stakater.com/auto': 'true' });
  });

  it('can contain a file of connections instead of an app', () => {
    const pod = podOf('connections', 'Deployment', 'hangar-worker');
    const path = 'hangar-apps';
    expect(environmentOf(pod)).toMatchObject({ HANGAR_APPS_FILE: `/run/secrets/hangar/${path}` });
    expect(JSON.stringify(projectedIn(pod, 'secrets'))).toContain(JSON.stringify({ key: 'connections', path }));
  });

  it('can contain headers for the collector', () => {
    const pod = podOf('network-policies', 'Deployment', 'hangar-worker');
    const path = 'otel-exporter-otlp-traces-headers';
    expect(environmentOf(pod)).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector.telemetry:4318',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS_FILE: `/run/secrets/hangar/${path}`,
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.namespace.name=hangar,k8s.pod.name=$(K8S_POD_NAME)',
    });
    expect(JSON.stringify(projectedIn(pod, 'secrets'))).toContain(JSON.stringify({ key: 'otlp-headers', path }));
  });
});

describeWith('helm', HELM !== undefined, 'secrets in the values', () => {
  it('are stored in a Secret, and in a separate one for the migration', () => {
    const { secrets } = valuesIn(valuesPath('trial')) as { secrets: { values: object } };
    for (const name of ['hangar', 'hangar-migrate'])
      expect(objectOf('trial', 'Secret', name).stringData).toEqual(secrets.values);
    expect(podOf('trial', 'Deployment').spec.volumes).toMatchObject([
      { projected: { sources: [{ secret: { name: 'hangar' } }] } },
    ]);
    expect(podOf('trial', 'Job').spec.volumes).toMatchObject([
      { projected: { sources: [{ secret: { name: 'hangar-migrate' } }] } },
    ]);
  });

  it('restart the pods when they change', () => {
    const { annotations } = objectOf('trial', 'Deployment').spec.template.metadata;
    expect(annotations['checksum/secrets']).toMatch(/^[a-f0-9]{64}$/);
    for (const { spec } of objectsOf('single-process', 'Deployment'))
      expect(spec.template.metadata.annotations).toBeUndefined();
  });
});
