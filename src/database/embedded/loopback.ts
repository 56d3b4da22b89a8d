import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { Client } from 'pg';

/** Below the ports that systems give to outgoing connections, which could take one before a server has it. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const TRIES = 50;

/** A port of 127.0.0.1 that nobody listens on now. */
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

/** Whether a PostgreSQL takes a connection there. */
export async function canConnect(url: string): Promise<boolean> {
  const client = connecting(url);
  try {
    await client?.connect();
    return client !== undefined;
  } catch {
    return false;
  } finally {
    await client?.end().catch(() => undefined);
  }
}

/** `undefined` where the address has no port yet: the server is only starting. */
function connecting(url: string): Client | undefined {
  if (!URL.canParse(url)) return undefined;
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // told by the rejection
  return client;
}
