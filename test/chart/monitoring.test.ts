import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { CHART, objectOf, objectsOf } from '../support/chart.js';
import { describeWith } from '../support/describe-with.js';
import { HELM } from '../support/helm.js';
import { yamlDocuments } from '../support/yaml-documents.js';

const SET = 'monitoring';

describeWith('helm', HELM !== undefined, 'monitoring', () => {
  it('scrapes every server pod directly', () => {
    expect(objectOf(SET, 'PodMonitor').spec).toEqual({
      selector: {
        matchLabels: {
          'app.kubernetes.io/name': 'hangar',
          'app.kubernetes.io/instance': 'hangar',
          'hangar/server': 'true',
        },
      },
      podMetricsEndpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }],
    });
    expect(objectsOf(SET, 'ServiceMonitor')).toEqual([]);
    expect(objectsOf(SET, 'Service')).toHaveLength(2);
  });

  it('is discovered by labels and annotations', () => {
    for (const kind of ['PodMonitor', 'PrometheusRule'])
      expect(objectOf(SET, kind).metadata.labels).toMatchObject({ release: 'kube-prometheus-stack' });
    const { labels, annotations } = objectOf(SET, 'ConfigMap').metadata;
    expect(labels).toMatchObject({ grafana_dashboard: '1' });
    expect(annotations).toEqual({ grafana_folder: 'Apps' });
  });

  it.each([SET, 'everything'])('has the alerts and the dashboard of files/, with the values %s', (set) => {
    const [alerts] = yamlDocuments(readFileSync(`${CHART}/files/alerts.yaml`, 'utf8'));
    expect(objectOf(set, 'PrometheusRule').spec).toEqual(alerts);
    const dashboards = objectsOf(set, 'ConfigMap').flatMap(({ data }) => data?.['hangar.json'] ?? []);
    expect(dashboards).toEqual([readFileSync(`${CHART}/files/dashboard.json`, 'utf8').trimEnd()]);
  });
});
