import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codedError } from '../common/coded-error.js';

const FILE = 'simulator.json';

/** What an app and its simulator must agree on. */
export interface SimulatorCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `plane_wh_` and 32 hex digits. */
  readonly webhookSecret: string;
  /** `plane_api_` and 32 hex digits. */
  readonly apiKey: string;
}

const NAMES = ['clientId', 'clientSecret', 'webhookSecret', 'apiKey'] as const;

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

function newCredentials(): SimulatorCredentials {
  return {
    clientId: hex(16),
    clientSecret: hex(32),
    webhookSecret: `plane_wh_${hex(16)}`,
    apiKey: `plane_api_${hex(16)}`,
  };
}

const unreadable = codedError(
  'simulator_credentials_unreadable',
  500,
  'Cannot read the simulator’s credentials',
  (file: string) =>
    `${file} does not contain credentials of the simulator; delete it, and new ones are made at the next start`,
);

/**
 * The credentials of the simulator in this data folder; made at the first start, in a file that its owner alone can read,
 * so that a restart keeps installs and `.env` files valid. In a folder that cannot be written they are new at each start.
 *
 * @throws {DomainError} `simulator_credentials_unreadable`
 */
export async function simulatorCredentials(dataDir: string): Promise<SimulatorCredentials> {
  const file = join(dataDir, FILE);
  const stored = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stored !== undefined) return parse(stored, file);
  const made = newCredentials();
  await store(made, dataDir, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error;
  });
  return made;
}

async function store(credentials: SimulatorCredentials, dataDir: string, file: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
}

function parse(text: string, file: string): SimulatorCredentials {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    if (NAMES.every((name) => typeof value[name] === 'string')) return value as unknown as SimulatorCredentials;
  } catch {
    // Not JSON: the same advice.
  }
  throw unreadable(file);
}
