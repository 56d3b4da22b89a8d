import { Client } from 'pg';
import { PgBoss } from 'pg-boss';
import { EVENT_NAME, WORKSPACE_IDS, workItemUpdated } from '../payload.ts';

const QUEUE = 'BenchHandler.run';
const AT_ONCE = 5000;
/** Copies of one delivery, each under a key of its own. */
const INSERT = `
  INSERT INTO deliveries (id, key, workspace_id, event_name, source, body, headers, secret_fingerprint, received_at)
  SELECT id, id, $3, $4, 'v2', $2, '{}', '00000000', now()
  FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1)) AS new
  RETURNING id`;

/** Stores deliveries with a job each for the bench's handler, whose queue is there. */
export async function addWaitingJobs(databaseUrl: string, count: number): Promise<void> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => undefined); // told by the rejections
  const client = new Client({ connectionString: databaseUrl });
  await Promise.all([boss.start(), client.connect()]);
  try {
    const { body } = workItemUpdated(0);
    for (let left = count; left > 0; left -= AT_ONCE) {
      const values = [Math.min(left, AT_ONCE), Buffer.from(body), WORKSPACE_IDS[0], EVENT_NAME];
      const { rows } = await client.query<{ id: string }>(INSERT, values);
      await boss.insert(
        QUEUE,
        rows.map(({ id }) => ({ data: { deliveryId: id } })),
      );
    }
  } finally {
    await Promise.all([boss.stop({ graceful: false }), client.end()]);
  }
}
