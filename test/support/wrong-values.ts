import { COMPANY_VALUES } from './company-values.js';
import { DANGEROUS_VALUES } from './dangerous-values.js';
import { own, type WrongValues } from './wrong-value.js';

/** What every installation must say. */
export const MINIMAL = {
  publicUrl: 'https://hangar.example.com',
  image: { repository: 'registry.example.com/hangar' },
  plane: { clientId: 'a1b2c3d4' },
  secrets: { existingSecret: 'hangar-secrets' },
};

const trial = (values: object): object => ({ secrets: { existingSecret: '', values } });
const TRIAL = {
  DATABASE_URL: 'postgres://hangar:hush@db/hangar',
  PLANE_CLIENT_SECRET: 'hush',
  PLANE_WEBHOOK_SECRETS: 'hush',
  HANGAR_ENCRYPTION_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}`,
};

export const WRONG_VALUES: readonly WrongValues[] = [
  ...DANGEROUS_VALUES,
  ...COMPANY_VALUES,
  {
    what: 'a role that is misspelt',
    values: { recevier: { replicas: 2 } },
    at: '',
    says: ["additional properties 'recevier' not allowed"],
  },
  {
    what: 'a misspelt value of a role',
    values: { receiver: { replica: 2 } },
    at: '/receiver',
    says: ["'/receiver'", "'replica' not allowed"],
  },
  {
    what: 'a misspelt value of a pool',
    values: { workerPools: { slow: { handlers: ['A'], resource: {} } } },
    at: '/workerPools/slow',
    says: ["'/workerPools/slow'", "'resource' not allowed"],
  },
  {
    what: 'a number that is none',
    values: { receiver: { replicas: 'many' } },
    at: '/receiver/replicas',
    says: ["'/receiver/replicas'", "'many' does not match pattern"],
  },
  {
    what: 'a limit of connections below what one page needs',
    values: { limits: { maxConnections: 5 } },
    at: '/limits/maxConnections',
    says: ["'/limits/maxConnections'", 'got 5, want 10'],
  },
  {
    what: 'an unknown log level',
    values: { log: { level: 'loud' } },
    at: '/log/level',
    says: ["'/log/level'", "'info', 'debug'"],
  },
  {
    what: 'a variable that Hangar does not know',
    values: { config: { HANGR_ROLES: 'worker' } },
    at: '/config',
    says: ["'/config'", "'HANGR_ROLES' not allowed"],
  },
  {
    what: 'a hold longer than Plane waits',
    values: { webhooks: { holdSeconds: 40 } },
    at: '/webhooks/holdSeconds',
    says: ["'/webhooks/holdSeconds'", 'maximum: got 40, want 29'],
  },
  {
    what: 'an address of one host as a network',
    values: { networkPolicy: { egress: { https: { to: [{ ipBlock: { cidr: '10.0.0.1' } }] } } } },
    at: '/networkPolicy/egress/https/to/0/ipBlock/cidr',
    says: ['/networkPolicy/egress/https/to/0/ipBlock/cidr', "'10.0.0.1' does not match"],
  },
  {
    what: 'a quantity with a wrong unit',
    values: { worker: { resources: { limits: { memory: '1 GB' } } } },
    at: '/worker/resources/limits/memory',
    says: ['/worker/resources/limits/memory', "'1 GB' does not match"],
  },
  {
    what: 'a tag in the repository of the image',
    values: { image: { repository: 'registry.example.com/hangar:1.2.3' } },
    at: '/image/repository',
    says: ["'/image/repository'", 'does not match'],
  },
  {
    what: 'a secret under an unknown name',
    values: trial({ ...TRIAL, DATABASE_PASSWORD: 'hush' }),
    at: '/secrets/values',
    says: ["'/secrets/values'", "'DATABASE_PASSWORD' not allowed"],
  },
  {
    what: 'an Ingress without an address',
    values: { publicUrl: '', ingress: { enabled: true } },
    says: own('- publicUrl is missing', 'the host of the Ingress', 'for example publicUrl=https://hangar.example.com'),
  },
  {
    what: 'an address with a query',
    values: { publicUrl: 'https://example.com/hangar?a=1' },
    says: own('- publicUrl must be an http or https address', '"https://example.com/hangar?a=1"'),
  },
  {
    what: 'nothing at all, fault by fault',
    values: {
      publicUrl: '',
      image: { repository: '' },
      plane: { clientId: '' },
      secrets: { existingSecret: '' },
    },
    says: own(
      '- publicUrl is missing',
      '- image.repository is missing',
      '- plane.clientId is missing',
      '- secrets are missing',
      '- there is no database: set secrets.values.DATABASE_URL',
    ),
  },
  {
    what: 'no database',
    values: { secrets: { keys: { DATABASE_URL: '' } } },
    says: own(
      '- there is no database: set secrets.keys.DATABASE_URL',
      'database.urlFrom.secret',
      'cluster.enabled=true',
    ),
  },
  {
    what: 'secrets from two places',
    values: { secrets: { values: TRIAL } },
    says: own('- secrets.existingSecret and secrets.values are set', 'secrets.values=null'),
  },
  {
    what: 'secrets from two other places',
    values: { secrets: { externalSecret: { enabled: true, storeRef: { name: 'vault' } } } },
    says: own('- secrets.existingSecret and secrets.externalSecret are set', 'secrets.externalSecret.enabled=false'),
  },
  {
    what: 'addresses whose ports no policy lets anybody out to',
    values: {
      plane: { baseUrl: 'http://plane.example.com:8080' },
      oidc: { issuer: 'https://login.example.com:8443/realms/staff', clientId: 'hangar' },
      telemetry: { otlpEndpoint: 'http://otel-collector.monitoring' },
    },
    says: own(
      '- plane.baseUrl: the NetworkPolicy blocks port 8080',
      'networkPolicy.egress.https.ports=[443,8080]',
      '- oidc.issuer: the NetworkPolicy blocks port 8443',
      '- telemetry.otlpEndpoint: the NetworkPolicy blocks port 80;',
    ),
  },
  {
    what: 'a collector by its port of gRPC',
    values: { telemetry: { otlpEndpoint: 'http://otel-collector.monitoring:4317' } },
    says: own('- telemetry.otlpEndpoint: port 4317', 'telemetry.otlpEndpoint=http://otel-collector.monitoring:4318'),
  },
  {
    what: 'a proxy whose port no policy lets anybody out to',
    values: { proxy: { url: 'http://proxy.example.com:8080' } },
    alone: true,
    says: own('- proxy.url: the NetworkPolicy', 'networkPolicy.egress.proxy.ports=[3128,8080]'),
  },
  {
    what: 'a secret that is missing',
    values: trial({ ...TRIAL, PLANE_WEBHOOK_SECRETS: '' }),
    says: own('- secrets.values.PLANE_WEBHOOK_SECRETS is missing', 'plane_wh_'),
  },
  {
    what: 'a key that is none, without showing it',
    values: trial({ ...TRIAL, HANGAR_ENCRYPTION_KEYS: 'hush' }),
    says: own('- secrets.values.HANGAR_ENCRYPTION_KEYS must be', 'openssl rand -base64 32'),
  },
  {
    what: 'another database, without showing its address',
    values: trial({ ...TRIAL, DATABASE_URL: 'mysql://root:hush@db' }),
    says: own('- secrets.values.DATABASE_URL must be a postgres:// address'),
  },
  {
    what: 'a store without a name',
    values: {
      secrets: {
        existingSecret: '',
        externalSecret: { enabled: true, remoteRefs: { DATABASE_URL: { key: 'hangar' } } },
      },
    },
    says: own(
      '- secrets.externalSecret.storeRef.name is missing',
      '- secrets.externalSecret.remoteRefs.PLANE_CLIENT_SECRET is missing',
    ),
  },
  {
    what: 'KEDA and an autoscaler',
    values: { worker: { autoscaling: { enabled: true }, keda: { enabled: true, trigger: 'postgresql' } } },
    says: own('- worker.autoscaling and worker.keda are both enabled', 'worker.autoscaling.enabled=false'),
  },
  {
    what: 'KEDA without a Prometheus',
    values: { worker: { keda: { enabled: true } } },
    says: own('- worker.keda.prometheus.serverAddress is missing', 'worker.keda.trigger=postgresql'),
  },
  {
    what: 'a switch that is neither on nor off',
    values: { scheduler: { enabled: 'maybe' } },
    at: '/scheduler/enabled',
    says: ["'/scheduler/enabled'", "'maybe' does not match pattern"],
  },
  {
    what: 'an autoscaler with nothing to go by',
    values: { workerPools: { slow: { handlers: ['A'], autoscaling: { enabled: true } } } },
    says: own('- workerPools.slow.autoscaling has no metric', 'targetCPUUtilizationPercentage=70'),
  },
  {
    what: 'limits of an autoscaler the wrong way round',
    values: { receiver: { autoscaling: { enabled: true, minReplicas: 20 } } },
    says: own('- receiver.autoscaling.minReplicas is above maxReplicas'),
  },
  {
    what: 'a pool without handlers',
    values: { workerPools: { slow: { replicas: 1 } } },
    says: own('- workerPools.slow.handlers is missing', 'ReportHandler.monthly'),
  },
  {
    what: 'handlers of a receiver',
    values: { receiver: { handlers: ['PingHandler'] } },
    says: own('- receiver.handlers: handlers are shared out among workers alone'),
  },
  {
    what: 'a handler whose name cannot be one',
    values: { worker: { handlers: ['PingHandler.pong,OtherHandler'] } },
    says: own('- worker.handlers: "PingHandler.pong,OtherHandler" is no name of a handler'),
  },
  {
    what: 'a variable that has a value of its own',
    values: {
      config: {
        PUBLIC_URL: 'https://x',
        DATABASE_URL: 'postgres://hush',
        OTEL_EXPORTER_OTLP_HEADERS: 'hush',
      },
    },
    says: own(
      '- config.PUBLIC_URL: this has a value of its own, publicUrl',
      '- config.DATABASE_URL is a secret',
      'secrets.keys.OTEL_EXPORTER_OTLP_TRACES_HEADERS=',
    ),
  },
  {
    what: 'a Gateway without a name',
    values: { gateway: { enabled: true } },
    says: own('- gateway.parentRefs is missing', 'gateway.parentRefs=[{name: public'),
  },
  {
    what: 'a provider without a client, and not by https',
    values: { oidc: { issuer: 'http://login.example.com' } },
    says: own('- oidc.clientId is missing', '- oidc.issuer must be an https address'),
  },
  {
    what: 'a password in the proxy’s address, without showing it',
    values: { proxy: { url: 'http://user:hush@proxy.example.com:3128' } },
    alone: true,
    says: own('- proxy.url contains a password', 'secrets.keys.HTTPS_PROXY=HTTPS_PROXY'),
  },
  {
    what: 'a migration before its database',
    values: {
      secrets: { keys: { DATABASE_URL: '' } },
      cluster: { enabled: true },
      migrations: { run: 'hook' },
    },
    says: own('- migrations.run=hook does not go with cluster.enabled', 'migrations.run=init'),
  },
];
