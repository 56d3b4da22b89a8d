import { own, type WrongValues } from './wrong-value.js';

/** Values that would break a pod, show a secret, or keep a node from draining. */
export const DANGEROUS_VALUES: readonly WrongValues[] = [
  {
    what: 'a password in the collector’s address, without showing it',
    values: { telemetry: { otlpEndpoint: 'http://user:hush@collector.example.com:4318' } },
    says: own('- telemetry.otlpEndpoint contains a password', 'secrets.keys.OTEL_EXPORTER_OTLP_TRACES_HEADERS='),
  },
  {
    what: 'labels by which the chart finds its pods',
    values: {
      commonLabels: { 'app.kubernetes.io/component': 'mine' },
      defaults: { podLabels: { 'hangar/server': 'false' } },
    },
    says: own(
      "- commonLabels: app.kubernetes.io/component is the chart's own",
      "- worker.podLabels: hangar/server is the chart's own",
    ),
  },
  {
    what: 'a budget that keeps a node from draining for ever',
    values: {
      scheduler: { podDisruptionBudget: { minAvailable: 1 } },
      worker: { podDisruptionBudget: { minAvailable: '51%' } },
      receiver: { podDisruptionBudget: { maxUnavailable: 0 } },
    },
    says: own(
      '- scheduler.podDisruptionBudget.minAvailable=1 allows no eviction of 1 pods',
      '- worker.podDisruptionBudget.minAvailable=51% allows no eviction of 2 pods',
      '- receiver.podDisruptionBudget.maxUnavailable=0 allows no eviction of 2 pods',
    ),
  },
  {
    what: 'variables by which a pod is killed before it has drained, or shows a secret',
    values: {
      worker: {
        extraEnv: [
          { name: 'HANGAR_DRAIN_SECONDS', value: '300' },
          { name: 'DATABASE_URL', value: 'postgres://hangar:hush@db/hangar' },
        ],
      },
    },
    says: own(
      '- worker.extraEnv: HANGAR_DRAIN_SECONDS has a value of its own, defaults.drainSeconds',
      '- worker.extraEnv: DATABASE_URL is a secret',
    ),
  },
  {
    what: 'an Ingress for more than one host',
    values: { publicUrl: 'https://*.example.com', ingress: { enabled: true } },
    says: own('- publicUrl must be the address of one host'),
  },
  {
    what: 'a name that no Service can have',
    values: { fullnameOverride: 'hangar.v2' },
    at: '/fullnameOverride',
    says: ["'/fullnameOverride'", 'does not match pattern'],
  },
  {
    what: 'a name that no label can have',
    values: { nameOverride: 'a: b' },
    at: '/nameOverride',
    says: ["'/nameOverride'", 'does not match pattern'],
  },
];
