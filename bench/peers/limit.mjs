// The limit of this design: what Hangar does to the database, with nothing between it and the socket.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import { serveParent } from '../harness/parent.ts';
import { DATABASE_URL, PORT } from './environment.mjs';
import { isSigned } from './signature.mjs';

const BATCHES_AT_ONCE = 2;
const MOST_ROWS = 256;
const QUEUE = 'BenchHandler.run';
const KEPT_HEADERS = ['content-type', 'user-agent', 'x-plane-event', 'x-plane-delivery', 'x-plane-signature'];
/** As in src/webhooks/deliveries/deliveries.repository.ts. */
const INSERT = `
  INSERT INTO deliveries (id, key, workspace_id, event_name, source, entity_id, body, headers,
                          secret_fingerprint, received_at)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[],
                       $8::jsonb[], $9::text[], $10::timestamptz[]) AS row (id, key)
  ORDER BY row.key
  ON CONFLICT (key) DO NOTHING
  RETURNING id`;

const pool = new Pool({ connectionString: DATABASE_URL, max: BATCHES_AT_ONCE });
const boss = new PgBoss({
  connectionString: DATABASE_URL,
  migrate: false,
  createSchema: false,
  useListenNotify: true,
  supervise: false,
  schedule: false,
});
const waiting = [];
let running = 0;

function rowOf(body, headers) {
  const payload = JSON.parse(body);
  const kept = Object.fromEntries(KEPT_HEADERS.map((name) => [name, headers[name]]));
  return [
    randomUUID(),
    `${payload.workspace_id}:v2:${payload.event_id}`,
    payload.workspace_id,
    payload.event,
    'v2',
    payload.entity_id,
    body,
    JSON.stringify(kept),
    '00000000',
    new Date(),
  ];
}

async function write(rows) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows: inserted } = await client.query(
      INSERT,
      rows[0].map((_, column) => rows.map((row) => row[column])),
    );
    const jobs = inserted.map(({ id }) => ({ data: { deliveryId: id } }));
    await boss.insert(QUEUE, jobs, { db: { executeSql: (sql, values) => client.query(sql, values) } });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function runBatches() {
  running += 1;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, MOST_ROWS);
    await write(batch.map(({ row }) => row));
    for (const { row, response } of batch) answer(response, 202, { status: 'accepted', id: row[0] });
  }
  running -= 1;
}

function answer(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
}

function receive(request, response, body) {
  if (!isSigned(body, request.headers['x-plane-signature']))
    return answer(response, 401, { status: 'refused' });
  waiting.push({ row: rowOf(body, request.headers), response });
  if (running < BATCHES_AT_ONCE) void runBatches();
}

await boss.start();
await boss.createQueue(`${QUEUE}.dead-letter`);
await boss.createQueue(QUEUE, {
  retryLimit: 5,
  retryDelay: 5,
  retryBackoff: true,
  heartbeatSeconds: 10,
  notify: true,
  deadLetter: `${QUEUE}.dead-letter`,
});
createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => receive(request, response, Buffer.concat(chunks)));
}).listen(PORT, '127.0.0.1', () => serveParent());
