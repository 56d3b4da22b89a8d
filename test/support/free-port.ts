import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that the system gives to outgoing connections, which would take one at any moment. */
const LOWEST = 10_000;
const HIGHEST = 20_000;
const TRIES = 50;

/** A port that nobody listens on now, nor on the one after it: a server's simulator takes that. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = 2 * Math.floor((LOWEST + Math.random() * (HIGHEST - LOWEST)) / 2);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error(`no free port from ${LOWEST} to ${HIGHEST}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
