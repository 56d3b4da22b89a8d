import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { CHART, objectOf, objectsOf, valuesPath } from '../support/chart.js';
import { describeWith } from '../support/describe-with.js';
import { HELM, helmObjects } from '../support/helm.js';
import { type Manifest } from '../support/kept-manifests.js';
import { yamlDocuments } from '../support/yaml-documents.js';

const SET = 'monitoring';

type Groups = { rules: { alert: string; expr: string; annotations: object }[] }[];
const ruleOf = (groups: Groups, name: string): Groups[number]['rules'][number] | undefined =>
  groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === name);

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
    const names = (groups: Groups): string[] => groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    const [alerts] = yamlDocuments(readFileSync(`${CHART}/files/alerts.yaml`, 'utf8')) as [{ groups: Groups }];
    expect(names(objectOf(set, 'PrometheusRule').spec.groups)).toEqual(names(alerts.groups));
    const dashboards = objectsOf(set, 'ConfigMap').flatMap(({ data }) => data?.['hangar.json'] ?? []);
    expect(dashboards).toEqual([readFileSync(`${CHART}/files/dashboard.json`, 'utf8').trimEnd()]);
  });

  it('names its namespace and the roles that always have a pod in the alerts on what is missing', async () => {
    const rules = async (...more: string[]): Promise<Groups> => {
      const args = ['hangar', CHART, '--namespace', 'apps', '--values', valuesPath(SET), ...more];
      const [{ spec }] = (await helmObjects([...args, '--show-only', 'templates/prometheusrule.yaml'])) as [Manifest];
      return spec.groups;
    };
    const all = await rules();
    expect(ruleOf(all, 'HangarAbsent')?.expr).toBe('absent(hangar_build_info{namespace="apps"})');
    expect(ruleOf(all, 'HangarRoleMissing')?.expr).toContain('{namespace="apps", role="worker"}');
    expect(ruleOf(all, 'HangarAbsent')?.annotations).toMatchObject({ runbook: 'docs/runbook.md#hangarabsent' });

    const idle = await rules(
      '--set',
      'worker.keda.enabled=true,worker.keda.minReplicas=0,worker.keda.trigger=postgresql',
    );
    expect(ruleOf(idle, 'HangarRoleMissing')?.expr).toContain('role="receiver"');
    expect(ruleOf(idle, 'HangarRoleMissing')?.expr).not.toContain('role="worker"');
    const none = await rules('--set', 'receiver.enabled=false,worker.enabled=false');
    expect(ruleOf(none, 'HangarRoleMissing')?.expr).toContain('absent(vector(1))');
  });
});
