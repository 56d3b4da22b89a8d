import { queryRows } from '../harness/bench-postgres.ts';
import { familySeconds, parentOf } from '../harness/processor.ts';

/** What PostgreSQL has done since it was started, in a database of its own; sizes in bytes. */
export interface DatabaseUse {
  readonly processorSeconds: number;
  readonly walBytes: number;
  readonly commits: number;
  readonly sizeBytes: number;
  /** Connections that are open now, without the one that asks. */
  readonly connections: number;
}

interface Found {
  readonly pid: number;
  readonly wal: string;
  readonly commits: string;
  readonly size: string;
  readonly connections: number;
}

const QUERY = `
  SELECT pg_backend_pid() AS pid, pg_current_wal_lsn() - '0/0' AS wal, xact_commit AS commits,
         pg_database_size(datname) AS size, numbackends - 1 AS connections
  FROM pg_stat_database WHERE datname = current_database()`;

/** Asks PostgreSQL, and the kernel for its processes. What idle connections have done shows about a second later. */
export async function databaseUse(url: string): Promise<DatabaseUse> {
  const [found] = await queryRows<Found>(url, QUERY);
  if (!found) throw new Error('PostgreSQL tells nothing of its database');
  return {
    processorSeconds: familySeconds(parentOf(found.pid)),
    walBytes: Number(found.wal),
    commits: Number(found.commits),
    sizeBytes: Number(found.size),
    connections: found.connections,
  };
}
