import { registerAs } from '@nestjs/config';
import { ArrayNotEmpty, IsIn, Max, Min } from '../class-validator.js';
import { networkAddresses } from '../network-address.js';
import { boolean, commaSeparated, httpUrl, integer } from '../parsers.js';
import { type Role, ROLES } from '../role.js';
import { EnvironmentVariable } from '../variable.decorator.js';

const MODES = ['development', 'test', 'production'];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const MAX_PORT = { max: 65_535, message: 'must be a port, 0 to 65535' };

/** The process and its HTTP server. */
export class ServerConfig {
  @EnvironmentVariable('NODE_ENV', {
    description: '`production` rejects what is for development only',
    example: 'production',
    defaultText: '`development`; required with `DATABASE_URL` and `PLANE_CLIENT_ID`',
  })
  @IsIn(MODES, { message: `must be one of ${MODES.join(', ')}` })
  nodeEnv?: string;

  @EnvironmentVariable('PUBLIC_URL', {
    description:
      'Where browsers and Plane reach this server, with the path if it shares a host: a proxy may remove it or not',
    example: 'https://hangar.example.com',
    defaultText: '`http://localhost:$PORT`',
    parse: httpUrl,
  })
  publicUrl!: string;

  @EnvironmentVariable('HANGAR_ALLOW_HTTP', {
    description: 'Allows http for `PUBLIC_URL` and `PLANE_BASE_URL` with `NODE_ENV=production`, also on other hosts',
    example: 'true',
    default: 'false',
    parse: boolean,
  })
  allowHttp!: boolean;

  @EnvironmentVariable('HOST', {
    description: 'Address to listen on; `::` takes in IPv4 too, and is the default if this host has IPv6',
    example: '127.0.0.1',
    defaultText: '`127.0.0.1`; with `NODE_ENV=production` `::`, or `0.0.0.0`',
  })
  host!: string;

  @EnvironmentVariable('PORT', {
    description: 'Port of the application; a simulator that the server starts has the next one',
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

  @EnvironmentVariable('TRUSTED_PROXIES', {
    description: 'Proxies whose `X-Forwarded-For` is trusted: addresses or networks, comma separated',
    example: '10.0.0.0/8,fd00::/8',
    defaultText: 'none',
    parse: networkAddresses,
  })
  trustedProxies: readonly string[] = [];

  @EnvironmentVariable('HANGAR_MAX_CONNECTIONS', {
    description: 'Open HTTP connections; beyond it a new one replaces one that waits for its client',
    example: '2000',
    default: '2000',
    parse: integer,
  })
  @Min(10, { message: 'must be at least 10' })
  maxConnections!: number;

  @EnvironmentVariable('HANGAR_REQUESTS_PER_MINUTE', {
    description:
      'Requests of one address in a minute, webhooks and probes not counted, callbacks counted by themselves; beyond it 429',
    example: '3000',
    default: '3000',
    parse: integer,
  })
  @Min(10, { message: 'must be at least 10' })
  requestsPerMinute!: number;

  @EnvironmentVariable('HANGAR_ROLES', {
    description: 'Which parts this process runs',
    example: 'receiver,worker',
    default: ROLES.join(','),
    parse: commaSeparated,
  })
  @ArrayNotEmpty({ message: 'must name at least one role' })
  @IsIn(ROLES, { each: true, message: `must be a list of ${ROLES.join(', ')}` })
  roles!: readonly Role[];

  @EnvironmentVariable('HANGAR_DRAIN_SECONDS', {
    description: 'Shutdown deadline: seconds from the first SIGTERM until this process exits at the latest',
    example: '25',
    default: '25',
    parse: integer,
  })
  @Min(1, { message: 'must be at least 1' })
  @Max(86_400, { message: 'must be at most 86400, a day' })
  drainSeconds!: number;

  @EnvironmentVariable('HANGAR_DRAIN_DELAY_SECONDS', {
    description:
      'The part of it in which new requests are still accepted, for load balancers that poll `/health/ready`',
    example: '5',
    default: '0',
    parse: integer,
  })
  drainDelaySeconds!: number;

  @EnvironmentVariable('LOG_LEVEL', {
    description: 'Log level. Pretty-printed on a TTY, JSON otherwise',
    example: 'info',
    default: 'info',
  })
  @IsIn(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` })
  logLevel!: string;

  /** True where what is for development only is rejected. */
  get production(): boolean {
    return this.nodeEnv === 'production';
  }
}

/** Injects {@link ServerConfig}: `@Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>`. */
export const serverConfig = registerAs('server', () => new ServerConfig());
