import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseClient } from '../database-client.js';

/** Key of an advisory lock; there is one in each database. */
const LOCK = 4_846_147;
const APPLICATION = 'hangar server, process';
/** The session of a killed server ends within moments; until then it has the lock. */
const TIMEOUT_MS = 3000;
const STEP_MS = 100;

/** The lock of the one server that runs on an embedded database; PostgreSQL releases it when the process dies. */
export class InstanceLock {
  private constructor(private readonly client: DatabaseClient) {}

  /** Acquires the lock; resolves with the name of the holder where another process has it. */
  static async take(url: string): Promise<InstanceLock | string> {
    const client = new DatabaseClient({ connectionString: url, application_name: `${APPLICATION} ${process.pid}` });
    client.on('error', () => undefined); // the pools notice a lost server; this session only keeps the lock
    await client.connect();
    for (let waited = 0; waited <= TIMEOUT_MS; waited += STEP_MS) {
      if (await tryLock(client)) return new InstanceLock(client);
      await wait(STEP_MS);
    }
    const holder = await holderOf(client);
    await client.end();
    return holder;
  }

  /** Whether no server has the lock. */
  static async isFree(url: string): Promise<boolean> {
    const client = new DatabaseClient({ connectionString: url });
    await client.connect();
    try {
      return await tryLock(client);
    } finally {
      await client.end();
    }
  }

  /** Releases the lock. */
  async release(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

async function tryLock(client: DatabaseClient): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK]);
  return rows[0]?.locked === true;
}

async function holderOf(client: DatabaseClient): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.objid = $1 AND l.granted`,
    [LOCK],
  );
  return rows[0]?.name ?? 'another process';
}
