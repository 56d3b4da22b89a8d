import { expect, it } from '@jest/globals';
import { environmentOf, manifests, objectOf, objectsOf, podOf, podsOf, projectedIn } from '../support/chart.js';
import { describeWith } from '../support/describe-with.js';
import { HELM } from '../support/helm.js';

const namespace = (name: string): object => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const network = (cidr: string, more: object = {}): object => ({ ipBlock: { cidr, ...more } });
const tcp = (...ports: number[]): object[] => ports.map((port) => ({ protocol: 'TCP', port }));

describeWith('helm', HELM !== undefined, 'network policies', () => {
  const SET = 'network-policies';

  it('allow pods and the migration to reach the configured name servers and databases', () => {
    const dns = { ...namespace('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };
    for (const name of ['hangar', 'hangar-migrate'])
      expect(objectOf(SET, 'NetworkPolicy', name).spec.egress).toEqual([
        { ports: [{ protocol: 'UDP', port: 53 }, ...tcp(53)], to: [dns, network('169.254.20.10/32')] },
        { ports: tcp(5432, 6432), to: [network('10.20.0.0/24')] },
      ]);
  });

  it('allow all pods except the migration to call the configured targets', () => {
    const { spec } = objectOf(SET, 'NetworkPolicy', 'hangar-calls');
    expect(spec.egress).toEqual([
      {
        ports: tcp(443),
        to: [network('203.0.113.10/32'), network('2001:db8::/32', { except: ['2001:db8:1::/48'] })],
      },
      { ports: tcp(4318), to: [namespace('telemetry')] },
      { ports: tcp(8443), to: [network('10.30.0.5/32')] },
    ]);
    expect(spec.podSelector.matchExpressions).toEqual([
      { key: 'app.kubernetes.io/component', operator: 'NotIn', values: ['migrate'] },
    ]);
  });

  it('allow the configured ingress controller and scraper', () => {
    const controller = { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'controller' } } };
    const ingress = (name: string): unknown => objectOf(SET, 'NetworkPolicy', `hangar-${name}`).spec.ingress;
    for (const name of ['receiver', 'console'])
      expect(ingress(name)).toEqual([{ ports: tcp(3000), from: [{ ...namespace('ingress-nginx'), ...controller }] }]);
    expect(ingress('metrics')).toEqual([{ ports: tcp(9464), from: [namespace('observability')] }]);
  });
});

describeWith('helm', HELM !== undefined, 'a proxy', () => {
  const SET = 'ca-and-proxy';

  it('is the only allowed target besides DNS and the database', () => {
    const { spec } = objectOf(SET, 'NetworkPolicy', 'hangar-calls');
    expect(spec.egress).toEqual([{ ports: tcp(3128), to: [network('10.1.2.3/32')] }]);
  });

  it('is configured in all pods, with the hosts that bypass it', () => {
    for (const pod of podsOf(manifests(SET)))
      expect(environmentOf(pod)).toMatchObject({
        HTTPS_PROXY_FILE: '/run/secrets/hangar/https-proxy',
        NO_PROXY: '.svc,.cluster.local,.example.internal',
        PLANE_BASE_URL: 'https://plane.example.com',
      });
    expect(environmentOf(podOf('minimal', 'Job'))).not.toHaveProperty('NO_PROXY');
  });

  it('that intercepts TLS is verified with the company’s certificate authority', () => {
    for (const pod of podsOf(manifests(SET))) {
      const items = [{ key: 'ca.crt', path: 'ca.crt' }];
      expect(projectedIn(pod, 'ca-bundle')).toEqual([{ configMap: { name: 'company-ca', items } }]);
      expect(environmentOf(pod)).toMatchObject({ NODE_EXTRA_CA_CERTS: '/etc/hangar/ca-bundle/ca.crt' });
    }
  });
});

describeWith('helm', HELM !== undefined, 'external access', () => {
  it('through a Gateway is limited to host and path of the public URL and to the Gateway’s namespace', () => {
    const { spec } = objectOf('gateway', 'HTTPRoute');
    expect(spec.parentRefs).toEqual([{ name: 'public', namespace: 'gateways', sectionName: 'https' }]);
    expect(spec.hostnames).toEqual(['hangar.example.com']);
    expect(spec.rules).toHaveLength(4);
    for (const { matches } of spec.rules)
      expect(matches).toMatchObject([
        { path: { type: 'PathPrefix', value: expect.stringMatching(/^\/plane-app\/[a-z]+$/) } },
      ]);
    for (const { backendRefs } of spec.rules) expect(backendRefs).toMatchObject([{ port: 80 }]);
    expect(objectOf('gateway', 'NetworkPolicy', 'hangar-receiver').spec.ingress).toEqual([
      { ports: tcp(3000), from: [namespace('gateways')] },
    ]);
    expect(objectsOf('gateway', 'Ingress')).toEqual([]);
  });

  it.each([
    ['existing-secret', 'wildcard-tls', undefined],
    ['network-policies', 'hangar-tls', 'nginx'],
  ])('through an Ingress terminates TLS, with the values %s by %s', (set, secretName, ingressClassName) => {
    const { spec } = objectOf(set, 'Ingress');
    expect(spec.tls).toEqual([{ hosts: ['hangar.example.com'], secretName }]);
    expect(spec.ingressClassName).toBe(ingressClassName);
    expect(spec.rules).toMatchObject([{ host: 'hangar.example.com' }]);
    const [{ http }] = spec.rules;
    expect(http.paths.map(({ pathType }: { pathType: string }) => pathType)).toEqual(Array(4).fill('Prefix'));
  });

  it('through a load balancer reaches only receivers, in a release without other roles', () => {
    const names = manifests('no-ingress').map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.sort()).toEqual([
      'Deployment hangar-edge-receiver',
      'NetworkPolicy hangar-edge',
      'NetworkPolicy hangar-edge-calls',
      'NetworkPolicy hangar-edge-metrics',
      'NetworkPolicy hangar-edge-receiver',
      'Pod hangar-edge-doctor',
      'PodDisruptionBudget hangar-edge-receiver',
      'Service hangar-edge-receiver',
    ]);
    const { metadata, spec } = objectOf('no-ingress', 'Service');
    expect(spec).toMatchObject({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
    expect(metadata.annotations).toEqual({
      'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal',
    });
  });

  it('works with an existing service account', () => {
    for (const { spec } of podsOf(manifests('no-ingress'))) expect(spec.serviceAccountName).toBe('hangar-edge');
  });
});
