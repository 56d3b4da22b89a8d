import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { Client } from 'pg';

/** Below the ephemeral ports: an outgoing connection must not get the port before the server does. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const TRIES = 50;

/** A free port of 127.0.0.1. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port of 127.0.0.1 from ${LOWEST_PORT} to ${HIGHEST_PORT} is free`);
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Whether PostgreSQL accepts a connection at this address. */
export async function canConnect(url: string): Promise<boolean> {
  const client = clientOf(url);
  try {
    await client?.connect();
    return client !== undefined;
  } catch {
    return false;
  } finally {
    await client?.end().catch(() => undefined);
  }
}

/** `undefined` where the address has no port yet because the server is still starting. */
function clientOf(url: string): Client | undefined {
  if (!URL.canParse(url)) return undefined;
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // connect() rejects too
  return client;
}
