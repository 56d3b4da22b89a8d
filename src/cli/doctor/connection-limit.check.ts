import { type DataSource } from 'typeorm';
import { type Pooling } from '../../database/pooler.js';
import { fail, pass, type Finding } from './finding.js';

const CHECK = 'database connections';
const LIMITS = `
  SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - COALESCE(current_setting('reserved_connections', true)::int, 0) AS max_connections,
         (SELECT NULLIF(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user) AS role,
         (SELECT NULLIF(datconnlimit, -1) FROM pg_database WHERE datname = current_database()) AS database`;

/** What PostgreSQL allows; `null` where a role or database has no limit of its own. */
interface Limits {
  readonly max_connections: number;
  readonly role: number | null;
  readonly database: number | null;
}

/** How the processes connect to the database. */
export interface ConnectionPlan {
  /** How many connections all of them together open at most. */
  readonly needed: number;
  /** `DATABASE_POOL_SIZE` */
  readonly poolSize: number;
  readonly pooling: Pooling;
  /** Whether LISTEN has an address of its own, `DATABASE_LISTEN_URL`. */
  readonly listensApart: boolean;
}

/**
 * Checks that PostgreSQL allows as many connections as all processes together open at most. Behind a pooler in transaction
 * mode only those of `DATABASE_LISTEN_URL` are compared: the pooler alone knows how many it opens for the others.
 */
export async function checkConnectionLimit(source: DataSource, plan: ConnectionPlan): Promise<Finding> {
  const { needed, poolSize, pooling, listensApart } = plan;
  const [limits] = await source.query<Limits[]>(LIMITS);
  const limit = lowest(limits);
  const listening = listensApart ? Math.floor(needed / (2 * poolSize + 1)) : 0;
  if (pooling === 'none') return compare(needed, limit, `${needed} at most`);
  const pooled = `${needed - listening} at most to the pooler, whose max_client_conn must allow them`;
  if (pooling === 'session') return compare(needed, limit, `${pooled}, as must its default_pool_size in session mode`);
  return listensApart
    ? compare(listening, limit, `${pooled}; beside its own, ${listening} for LISTEN past it`)
    : pass(
        CHECK,
        `${pooled}; PostgreSQL gets its default_pool_size, which is not known here (${limit[1]} allowed by ${limit[0]})`,
      );
}

function compare(needed: number, [name, allowed]: readonly [string, number], what: string): Finding {
  if (allowed >= needed) return pass(CHECK, `${what}, ${allowed} allowed by ${name}`);
  return fail(
    CHECK,
    `all processes together may open ${needed}, but ${name} allows ${allowed}`,
    `Raise it, lower DATABASE_POOL_SIZE or the number of processes, or use a pooler in transaction mode`,
  );
}

function lowest(limits: Limits | undefined): [name: string, allowed: number] {
  const named: [string, number | null | undefined][] = [
    ['max_connections (without those reserved for administrators)', limits?.max_connections],
    ["the role's CONNECTION LIMIT", limits?.role],
    ["the database's CONNECTION LIMIT", limits?.database],
  ];
  const set = named.map(([name, value]): [string, number] => [name, value ?? Number.POSITIVE_INFINITY]);
  return set.reduce((least, each) => (each[1] < least[1] ? each : least));
}
