import { type PoolClient } from 'pg';
import { type DataSource, type EntityManager } from 'typeorm';

/** PostgreSQL's code for a write on a server that takes none, as a former primary after a failover. */
const READ_ONLY = '25006';

/**
 * Runs the changes in one transaction. A connection that leads to a server that takes no writes is closed, so that the
 * next one is made anew and may lead to the server that does.
 */
export async function writeTransaction<T>(
  dataSource: DataSource,
  changes: (transaction: EntityManager) => Promise<T>,
): Promise<T> {
  return dataSource.transaction(async (transaction) => {
    try {
      return await changes(transaction);
    } catch (error) {
      if ((error as { code?: unknown }).code === READ_ONLY) await close(transaction);
      throw error;
    }
  });
}

async function close({ queryRunner }: EntityManager): Promise<void> {
  const client = (await queryRunner?.connect()) as PoolClient & { end(): Promise<void> };
  await client.end().catch(() => undefined); // the pool drops it either way
}
