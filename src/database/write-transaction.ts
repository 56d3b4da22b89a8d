import { type PoolClient } from 'pg';
import { type DataSource, type EntityManager } from 'typeorm';

/** SQLSTATE of a write on a read-only server, such as a former primary after a failover. */
const READ_ONLY = '25006';

/**
 * Runs the changes in one transaction. A connection to a read-only server is closed, so that the next one is new and may
 * reach the primary.
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
  await client.end().catch(() => undefined); // the pool removes it in any case
}
