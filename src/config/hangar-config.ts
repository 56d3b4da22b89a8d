import { ArrayNotEmpty, IsIn, IsOptional, Matches, Max, Min } from './class-validator.js';
import { type Secret } from '../common/secret.js';
import { type EncryptionKey, encryptionKeys } from './encryption-key.js';
import {
  commaSeparated,
  httpOrigin,
  httpUrl,
  integer,
  postgresUrl,
  readableFile,
  secret,
  secrets,
} from './parsers.js';
import { OperatorsConfig } from './operators-config.js';
import { type Role, ROLES } from './role.js';
import { EnvironmentVariable } from './variable.decorator.js';

const MODES = ['development', 'test', 'production'];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const MAX_PORT = { max: 65_535, message: 'must be a port, 0 to 65535' };
/** Plane gives up on a delivery after 30 s (contract §6). */
const PLANE_GIVES_UP_SECONDS = 30;

/**
 * Everything that can be set from outside, parsed and validated: one property a variable. Made by
 * `loadConfig` alone; inject it where a setting is needed.
 */
export class HangarConfig extends OperatorsConfig {
  @EnvironmentVariable('NODE_ENV', {
    description: '`production` refuses what is for development only',
    example: 'production',
    default: 'development',
  })
  @IsIn(MODES, { message: `must be one of ${MODES.join(', ')}` })
  nodeEnv!: string;

  @EnvironmentVariable('PLANE_BASE_URL', {
    description: "Plane's API and token endpoint",
    example: 'https://api.plane.so',
    default: 'https://api.plane.so',
    parse: httpUrl,
  })
  planeBaseUrl!: string;

  @EnvironmentVariable('PLANE_CLIENT_ID', {
    description: "From the app's page in Plane",
    example: 'a1b2c3d4',
    defaultText: 'none: the simulator is started (development only)',
  })
  planeClientId?: string;

  @EnvironmentVariable('PLANE_CLIENT_SECRET', {
    description: "From the app's page in Plane",
    example: "the Client Secret from the app's page",
    secret: true,
    parse: secret,
  })
  planeClientSecret?: Secret;

  @EnvironmentVariable('PLANE_REDIRECT_URI', {
    description: "One of the app's Redirect URIs in Plane",
    example: 'https://hangar.example.com/oauth/callback',
    defaultText: '`$PUBLIC_URL/oauth/callback`',
    parse: httpUrl,
  })
  planeRedirectUri!: string;

  @EnvironmentVariable('PLANE_SCOPES', {
    description: 'Scopes asked for at consent, space separated',
    example: 'projects.work_items:read projects.work_items.comments:write',
    defaultText: 'empty',
  })
  @IsOptional()
  @Matches(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, {
    message: 'must be scopes separated by single spaces (RFC 6749 §3.3)',
  })
  planeScopes?: string;

  @EnvironmentVariable('PLANE_WEBHOOK_SECRETS', {
    description:
      'Secrets of the webhook, comma separated, newest first; `PLANE_WEBHOOK_SECRET` is a list of one',
    example: 'plane_wh_…,plane_wh_…',
    alias: 'PLANE_WEBHOOK_SECRET',
    secret: true,
    parse: secrets,
  })
  planeWebhookSecrets: readonly Secret[] = [];

  @EnvironmentVariable('PUBLIC_URL', {
    description: 'Where browsers and Plane reach this server',
    example: 'https://hangar.example.com',
    defaultText: '`http://localhost:$PORT`',
    parse: httpOrigin,
  })
  publicUrl!: string;

  @EnvironmentVariable('HOST', {
    description: 'Address to listen on',
    example: '127.0.0.1',
    default: '0.0.0.0',
  })
  host!: string;

  @EnvironmentVariable('PORT', {
    description: 'Port of the application',
    example: '3000',
    default: '3000',
    parse: integer,
  })
  @Max(MAX_PORT.max, MAX_PORT)
  port!: number;

  @EnvironmentVariable('METRICS_PORT', {
    description: 'Port of `/metrics`',
    example: '9464',
    default: '9464',
    parse: integer,
  })
  @Max(MAX_PORT.max, MAX_PORT)
  metricsPort!: number;

  @EnvironmentVariable('DATABASE_URL', {
    description: 'PostgreSQL 15 to 18',
    example: 'postgres://hangar:password@db.example.com:5432/hangar',
    defaultText: 'embedded PostgreSQL in `HANGAR_DATA_DIR` (development only)',
    secret: true,
    parse: postgresUrl,
  })
  databaseUrl?: Secret;

  @EnvironmentVariable('DATABASE_POOL_SIZE', {
    description: 'Connections at most for the work of a process, and as many again for its queue',
    example: '10',
    default: '10',
    parse: integer,
  })
  @Min(2, { message: 'must be at least 2' })
  @Max(200, { message: 'must be at most 200: PostgreSQL computes no faster with more' })
  databasePoolSize!: number;

  @EnvironmentVariable('HANGAR_DATA_DIR', {
    description: 'Folder of the embedded PostgreSQL and the generated key',
    example: '/var/lib/hangar',
    default: '.hangar',
  })
  dataDir!: string;

  @EnvironmentVariable('HANGAR_ENCRYPTION_KEYS', {
    description:
      'Keys of the secrets at rest, `kid:base64 of 32 bytes`, comma separated; the first one encrypts',
    example: '2026a:<the output of: openssl rand -base64 32>',
    defaultText: 'made once in the data folder (embedded database only)',
    secret: true,
    parse: encryptionKeys,
  })
  encryptionKeys: readonly EncryptionKey[] = [];

  @EnvironmentVariable('HANGAR_ROLES', {
    description: 'Which parts this process runs',
    example: 'receiver,worker',
    default: ROLES.join(','),
    parse: commaSeparated,
  })
  @ArrayNotEmpty({ message: 'must name at least one role' })
  @IsIn(ROLES, { each: true, message: `must be a list of ${ROLES.join(', ')}` })
  roles!: readonly Role[];

  @EnvironmentVariable('HANGAR_HANDLERS', {
    description: 'Handlers that this worker works on, comma separated; a class stands for its methods',
    example: 'PingHandler.pong,WelcomeHandler',
    defaultText: 'all',
    parse: commaSeparated,
  })
  handlers: readonly string[] = [];

  @EnvironmentVariable('HANGAR_DRAIN_SECONDS', {
    description: 'From the first SIGTERM until this process ends at the latest',
    example: '25',
    default: '25',
    parse: integer,
  })
  @Min(1, { message: 'must be at least 1' })
  @Max(86_400, { message: 'must be at most 86400, a day' })
  drainSeconds!: number;

  @EnvironmentVariable('HANGAR_DRAIN_DELAY_SECONDS', {
    description: 'How much of that new requests still come in, for load balancers that go by `/health/ready`',
    example: '5',
    default: '0',
    parse: integer,
  })
  drainDelaySeconds!: number;

  @EnvironmentVariable('WEBHOOK_MAX_BODY_BYTES', {
    description: 'A larger webhook is answered 413',
    example: '5242880',
    default: '5242880',
    parse: integer,
  })
  @Min(1024, { message: 'must be at least 1024' })
  webhookMaxBodyBytes!: number;

  @EnvironmentVariable('WEBHOOK_HOLD_SECONDS', {
    description: 'How long a webhook that cannot be stored is held before 503; Plane gives up after 30',
    example: '20',
    default: '20',
    parse: integer,
  })
  @Max(PLANE_GIVES_UP_SECONDS - 1, { message: 'must be below 30, after which Plane gives up' })
  webhookHoldSeconds!: number;

  @EnvironmentVariable('DELIVERY_RETENTION_DAYS', {
    description: 'How long deliveries are kept',
    example: '14',
    default: '14',
    parse: integer,
  })
  @Min(1, { message: 'must be at least 1' })
  @Max(3650, { message: 'must be at most 3650' })
  deliveryRetentionDays!: number;

  @EnvironmentVariable('TOKEN_REFRESH_MARGIN_SECONDS', {
    description: "Refresh a token this long before its expiry (at most a third of the token's life)",
    example: '3600',
    default: '3600',
    parse: integer,
  })
  tokenRefreshMarginSeconds!: number;

  @EnvironmentVariable('TOKEN_DEFAULT_LIFETIME_SECONDS', {
    description: 'Taken for the life of a token where Plane does not name one',
    example: '3600',
    default: '3600',
    parse: integer,
  })
  @Min(60, { message: 'must be at least 60' })
  @Max(31_536_000, { message: 'must be at most 31536000, a year' })
  tokenDefaultLifetimeSeconds!: number;

  @EnvironmentVariable('INSTALLATION_CHECK_SECONDS', {
    description: 'How often Plane is asked whether the app is still installed in a workspace',
    example: '3600',
    default: '3600',
    parse: integer,
  })
  @Min(60, { message: 'must be at least 60' })
  @Max(604_800, { message: 'must be at most 604800, a week' })
  installationCheckSeconds!: number;

  @EnvironmentVariable('LOG_LEVEL', {
    description: 'Pretty on a terminal, JSON lines else',
    example: 'info',
    default: 'info',
  })
  @IsIn(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` })
  logLevel!: string;

  @EnvironmentVariable('HTTPS_PROXY', {
    description: 'Proxy on the way to Plane and the identity provider',
    example: 'http://proxy.example.com:3128',
    alias: 'https_proxy',
    secret: true,
    parse: proxyUrl,
  })
  httpsProxy?: Secret;

  @EnvironmentVariable('NO_PROXY', {
    description: 'Hosts reached without the proxy, comma separated',
    example: 'localhost,.internal.example.com',
    alias: 'no_proxy',
  })
  noProxy?: string;

  @EnvironmentVariable('NODE_EXTRA_CA_CERTS', {
    description: 'PEM file of certificate authorities trusted beside the usual ones',
    example: '/etc/ssl/corporate-ca.pem',
    parse: readableFile,
  })
  nodeExtraCaCerts?: string;

  /** The files that settings were read from, by property: what is read anew when its file changes. */
  readonly files = new Map<string, string>();

  /** True where what is for development only is refused. */
  get production(): boolean {
    return this.nodeEnv === 'production';
  }

  /** A copy with some settings replaced. */
  with(changes: Partial<HangarConfig>): HangarConfig {
    return Object.assign(new HangarConfig(), this, changes);
  }
}

function proxyUrl(text: string): Secret {
  return secret(httpUrl(text));
}
