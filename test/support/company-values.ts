import { own, type WrongValues } from './wrong-value.js';

/** Combinations that a company's cluster leads to, refused with the reason. */
export const COMPANY_VALUES: readonly WrongValues[] = [
  {
    what: 'KEDA with a certificate authority that only pods have',
    values: { database: { ca: { secret: 'postgres-ca' } }, worker: { keda: { enabled: true, trigger: 'postgresql' } } },
    alone: true,
    says: own(
      '- worker.keda.trigger=postgresql does not go with database.ca',
      'database.kedaUrlFrom.secret',
      'worker.keda.trigger=prometheus',
    ),
  },
  {
    what: 'KEDA with an address that names a file of the pods',
    values: {
      secrets: {
        values: { DATABASE_URL: 'postgres://hangar:hush@db/hangar?sslrootcert=/etc/hangar/ca-bundle/ca.crt' },
      },
      worker: { keda: { enabled: true, trigger: 'postgresql' } },
    },
    alone: true,
    says: own('- worker.keda.trigger=postgresql does not go with an sslrootcert in the address'),
  },
  {
    what: 'KEDA with authorities that only pods trust',
    values: { caBundle: { configMap: 'company-ca' }, worker: { keda: { enabled: true, trigger: 'postgresql' } } },
    alone: true,
    says: own('- worker.keda.trigger=postgresql does not go with caBundle', 'database.kedaUrlFrom.secret'),
  },
  {
    what: 'receivers that leave the Service while webhooks wait in them',
    values: { receiver: { probes: { readiness: { failureThreshold: 3 } } } },
    alone: true,
    says: own('- receiver.probes.readiness: periodSeconds × failureThreshold is 15', 'failureThreshold=5'),
  },
  {
    what: 'a console on the host of the webhooks',
    values: { consoleUrl: 'https://hangar.example.com/console' },
    alone: true,
    says: own('- consoleUrl has the host of publicUrl'),
  },
  {
    what: 'an ingress of a console that has no host of its own',
    values: { consoleIngress: { enabled: true } },
    alone: true,
    says: own("- consoleUrl is missing: the host of the console's Ingress"),
  },
  {
    what: 'a console of its own in a single process',
    values: { consoleUrl: 'https://hangar.corp.example.com', singleProcess: true },
    alone: true,
    says: own('- consoleUrl does not go with singleProcess', 'singleProcess=false'),
  },
];
