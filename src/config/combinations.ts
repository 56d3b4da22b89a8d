import { VARIABLES } from './areas.js';
import { type ConfigIssue } from './config.error.js';
import { CONNECTION_RULES, hasKey, usesSimulator } from './connection-rules.js';
import { type HangarConfig } from './hangar-config.js';
import { TRACING_RULES } from './tracing-rules.js';
import { TRANSPORT_RULES } from './transport-rules.js';

type Rule = readonly [broken: (config: HangarConfig) => boolean, name: string, problem: string];

const LAST_PORT = 65_535;
const IN_PRODUCTION = 'is required with NODE_ENV=production';

/** Rules that concern more than one variable. */
const RULES: readonly Rule[] = [
  [
    (c) => c.nodeEnv === undefined && !!c.databaseUrl && !usesSimulator(c),
    'NODE_ENV',
    'is required with DATABASE_URL and PLANE_CLIENT_ID: set NODE_ENV=production, or NODE_ENV=development on your own machine',
  ],
  [
    (c) => !c.production && usesSimulator(c) && c.port === LAST_PORT,
    'PORT',
    'must be below 65535: the simulator listens on the port after it',
  ],
  [(c) => c.metricsPort !== 0 && c.metricsPort === c.port, 'METRICS_PORT', 'must differ from PORT'],
  [
    (c) => c.metricsPort !== 0 && !c.production && usesSimulator(c) && c.metricsPort === c.port + 1,
    'METRICS_PORT',
    'must differ from PORT + 1, where the simulator listens',
  ],
  [
    (c) => c.drainDelaySeconds >= c.drainSeconds,
    'HANGAR_DRAIN_DELAY_SECONDS',
    'must be less than HANGAR_DRAIN_SECONDS, which includes it',
  ],
  [(c) => !!c.oidcIssuer && !c.oidcClientId, 'OIDC_CLIENT_ID', 'is required with OIDC_ISSUER'],
  [
    (c) => !c.oidcIssuer && [c.oidcClientId, c.oidcClientSecret, c.oidcAudience].some((set) => set !== undefined),
    'OIDC_ISSUER',
    'is required with OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_AUDIENCE',
  ],
  [
    (c) => c.production && c.oidcIssuer?.startsWith('http:') === true,
    'OIDC_ISSUER',
    'must be an https address with NODE_ENV=production',
  ],
  [
    (c) => c.oidcRolesMap.length > 0 && !c.oidcRolesClaim,
    'OIDC_ROLES_CLAIM',
    'is required with OIDC_ROLES_MAP, which maps its values',
  ],
  [
    (c) => c.oidcRolesSeparator !== undefined && !c.oidcRolesClaim,
    'OIDC_ROLES_CLAIM',
    'is required with OIDC_ROLES_SEPARATOR, which separates its values',
  ],
  [(c) => !!c.databaseUrl && c.encryptionKeys.length === 0, 'HANGAR_ENCRYPTION_KEYS', 'is required with DATABASE_URL'],
  [
    (c) => c.production && !c.databaseUrl,
    'DATABASE_URL',
    `${IN_PRODUCTION}: the embedded PostgreSQL is for development`,
  ],
  [
    (c) => c.production && !c.databaseUrl && c.encryptionKeys.length === 0,
    'HANGAR_ENCRYPTION_KEYS',
    `${IN_PRODUCTION}: the generated key is for development`,
  ],
  [
    (c) =>
      c.production &&
      !hasKey(c) &&
      c.apps.length === 0 &&
      c.roles.includes('receiver') &&
      c.planeWebhookSecrets.length === 0,
    'PLANE_WEBHOOK_SECRETS',
    `${IN_PRODUCTION} by the role receiver: without it no webhook can be verified`,
  ],
];

/** The issues that concern several variables. */
export function combinationIssues(config: HangarConfig): ConfigIssue[] {
  return [...RULES, ...CONNECTION_RULES, ...TRANSPORT_RULES, ...TRACING_RULES]
    .filter(([broken]) => broken(config))
    .map(([, name, problem]) => {
      const example = VARIABLES.find((variable) => variable.name === name)?.example ?? '';
      return { name, problem, example };
    });
}
