import { type DataSource } from 'typeorm';
import { pass, type Finding } from './finding.js';

/** 64 KB that cannot be compressed, as a webhook may have them: a row alone may fit into what the table has. */
const WRITE = `
  INSERT INTO parked_jobs (id, queue, data, awaits)
  SELECT gen_random_uuid(), 'doctor', to_jsonb(string_agg(gen_random_uuid()::text, '')), 'nothing'
  FROM generate_series(1, 1800)`;

/**
 * Checks that the database accepts writes: that it is not read-only, and has space left. Leaves nothing behind.
 *
 * @throws the error of the database where it does not
 */
export async function checkWritable(check: string, source: DataSource): Promise<Finding> {
  const runner = source.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(WRITE);
    return pass(check, 'accepted');
  } finally {
    // A connection to a read-only server is closed by now.
    await runner.rollbackTransaction().catch(() => undefined);
    await runner.release();
  }
}
