// The limit of this design: what Hangar does to the database, with nothing between it and the socket.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Pool } from 'pg';
import { PgBoss } from 'pg-boss';
import { serveParent } from '../harness/parent.mjs';
import { DATABASE_URL, PORT } from './environment.mjs';
import { isSigned } from './signature.mjs';

const BATCHES_AT_ONCE = 2;
const SECOND_BATCH_MIN = 32;
const MOST_ROWS = 256;
const QUEUE = 'BenchHandler.run';
const KEPT_HEADERS = ['content-type', 'user-agent', 'x-plane-event', 'x-plane-delivery', 'x-plane-signature'];
/** As in src/webhooks/deliveries/deliveries.repository.ts. */
const INSERT = `
  INSERT INTO deliveries (id, key, workspace_id, event_name, source, entity_id, work_item_id, body, headers,
                          secret_fingerprint, received_at)
  SELECT id, key, "workspaceId", "eventName", source, "entityId", NULL,
         substring($2::bytea FROM "bodyStart" FOR "bodySize"), headers, "secretFingerprint", "receivedAt"
  FROM json_to_recordset($1::json) AS row (
    id uuid, key text, "workspaceId" text, "eventName" text, source text, "entityId" text,
    "bodyStart" int, "bodySize" int, headers jsonb, "secretFingerprint" text, "receivedAt" timestamptz)
  WHERE NOT EXISTS (SELECT FROM delivery_keys WHERE hash = substr(sha256(convert_to(row.key, 'UTF8')), 1, 16))
  ORDER BY key
  ON CONFLICT (key) DO NOTHING
  RETURNING id`;

const pool = new Pool({ connectionString: DATABASE_URL, max: BATCHES_AT_ONCE });
const boss = new PgBoss({
  connectionString: DATABASE_URL,
  migrate: false,
  createSchema: false,
  supervise: false,
  schedule: false,
});
const waiting = [];
let running = 0;

function rowOf(body, headers) {
  const payload = JSON.parse(body);
  const kept = Object.fromEntries(KEPT_HEADERS.map((name) => [name, headers[name]]));
  return {
    id: randomUUID(),
    key: `${payload.workspace_id}:v2:${payload.event_id}`,
    workspaceId: payload.workspace_id,
    eventName: payload.event,
    source: 'v2',
    entityId: payload.entity_id,
    headers: kept,
    secretFingerprint: '00000000',
    receivedAt: new Date(),
  };
}

/** The columns of the batch, each body with its place in all of them. */
function valuesOf(batch) {
  let bodyStart = 1;
  const rows = batch.map(({ row, body }) => {
    const placed = { ...row, bodyStart, bodySize: body.length };
    bodyStart += body.length;
    return placed;
  });
  return [JSON.stringify(rows), Buffer.concat(batch.map(({ body }) => body))];
}

async function write(batch) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows: inserted } = await client.query(INSERT, valuesOf(batch));
    const jobs = inserted.map(({ id }) => ({ data: { deliveryId: id } }));
    await boss.insert(QUEUE, jobs, { db: { executeSql: (sql, values) => client.query(sql, values) } });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

/** As in src/webhooks/deliveries/delivery-batches.service.ts. */
function shouldStartBatch(others) {
  if (others === 0) return waiting.length > 0;
  return waiting.length >= SECOND_BATCH_MIN && others < BATCHES_AT_ONCE;
}

async function runBatches() {
  running += 1;
  while (shouldStartBatch(running - 1)) {
    const batch = waiting.splice(0, MOST_ROWS);
    await write(batch);
    for (const { row, response } of batch) answer(response, 202, { status: 'accepted', id: row.id });
  }
  running -= 1;
}

function answer(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
}

function receive(request, response, body) {
  if (!isSigned(body, request.headers['x-plane-signature'])) return answer(response, 401, { status: 'refused' });
  waiting.push({ row: rowOf(body, request.headers), body, response });
  if (shouldStartBatch(running)) void runBatches();
}

await boss.start();
await boss.createQueue(`${QUEUE}.dead-letter`);
await boss.createQueue(QUEUE, {
  retryLimit: 5,
  retryDelay: 5,
  retryBackoff: true,
  heartbeatSeconds: 40,
  deadLetter: `${QUEUE}.dead-letter`,
});
createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => receive(request, response, Buffer.concat(chunks)));
}).listen(PORT, '127.0.0.1', () => serveParent());
