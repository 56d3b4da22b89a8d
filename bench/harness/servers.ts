import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import { until } from '../../test/support/until.ts';
import { type Contestant } from '../contestants.ts';
import { type Target } from '../load/orders.ts';
import { Child } from './child.ts';
import { type StartedParts } from './started-parts.ts';

const SECRET = randomBytes(24).toString('hex');
const ENCRYPTION_KEY = `bench:${randomBytes(32).toString('base64')}`;
/** Port 9 is nobody's: the handlers of the bench call no Plane. */
export const PLANE_URL = 'http://127.0.0.1:9';

/** A contestant that can be sent webhooks. */
export interface Server {
  readonly child: Child;
  readonly target: Target;
  /** From the start of its process until it was ready, seconds. */
  readonly startSeconds: number;
}

/** Starts contestants as processes of their own, as they would run in production. */
export class Servers {
  private readonly parts: StartedParts;
  private readonly logFolder: string;
  private readonly profileFolder: string | undefined;

  /** @param profileFolder for CPU profiles; without it there are none */
  constructor(parts: StartedParts, logFolder: string, profileFolder: string | undefined) {
    this.parts = parts;
    this.logFolder = logFolder;
    this.profileFolder = profileFolder;
  }

  /** Runs `use` with the contestants started on one database, and stops them. */
  async with<T>(
    contestants: readonly Contestant[],
    databaseUrl: string,
    use: (...servers: [Server, ...Server[]]) => Promise<T>,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const started: Server[] = [];
    try {
      for (const contestant of contestants)
        started.push(await this.start(contestant, { DATABASE_URL: databaseUrl, ...environment }));
      return await use(...(started as [Server, ...Server[]]));
    } finally {
      for (const { child } of started) await child.stop();
    }
  }

  private async start(contestant: Contestant, environment: Record<string, string>): Promise<Server> {
    const { entry, path, scheme, roles } = contestant;
    const port = await freePort();
    const began = performance.now();
    const spec = {
      entry,
      logFile: join(this.logFolder, 'servers.log'),
      nodeArguments: [...(roles === undefined ? [] : startFlags()), ...profileArguments(this.profileFolder)],
      environment: {
        NODE_ENV: 'production',
        PORT: String(port),
        PLANE_WEBHOOK_SECRET: SECRET,
        ...(roles !== undefined && hangarEnvironment(roles)),
        ...environment,
      },
    };
    const child = await Child.start(spec, this.parts);
    if (roles !== undefined) await until('Hangar to be ready', () => isReady(port));
    const startSeconds = (performance.now() - began) / 1000;
    return { child, startSeconds, target: { port, path, scheme, secret: SECRET } };
  }
}

/** What Node is told by `npm start`. */
export function startFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

function profileArguments(folder: string | undefined): string[] {
  if (folder === undefined) return [];
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

/** What a Hangar process of these roles is configured with, but for its port and its database. */
export function hangarEnvironment(roles: string): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    METRICS_PORT: '0',
    HANGAR_ROLES: roles,
    HANGAR_ENCRYPTION_KEYS: ENCRYPTION_KEY,
    PLANE_BASE_URL: PLANE_URL,
    PLANE_CLIENT_ID: 'bench',
    PLANE_WEBHOOK_SECRET: SECRET,
    PLANE_CLIENT_SECRET: SECRET,
    ...telemetryEnvironment(),
  };
}

/** So that the bench can tell what traces cost. */
function telemetryEnvironment(): Record<string, string> {
  const set = Object.entries(process.env).filter(([name]) => name.startsWith('OTEL_'));
  return Object.fromEntries(set) as Record<string, string>;
}

/** Whether the Hangar process on this port takes requests. */
export async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
