import { createServer } from 'node:net';
import { Client } from 'pg';

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
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
