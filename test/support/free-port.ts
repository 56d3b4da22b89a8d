import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that the system gives to outgoing connections, which would take one at any moment, and above those that
 * `fetch` and browsers refuse, of which 10080 is the last.
 */
const LOWEST = 12_000;
const RANGES = 80;
/** Of each worker: two that ask at the same moment must not be given the same port before either listens. */
const PORTS_EACH = 100;

let next = 2 * Math.floor((Math.random() * PORTS_EACH) / 2);

/**
 * A port that nobody listens on now, nor on the one after it: a server's simulator takes that. It is given to nobody
 * else of this run before the test file has asked for 50.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < PORTS_EACH / 2; attempt += 1) {
    const port = lowestPort() + next;
    next = (next + 2) % PORTS_EACH;
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error(`no free port from ${lowestPort()} on`);
}

/** Workers of one run have ranges beside each other; those of another run probably have others. */
function lowestPort(): number {
  const run = Buffer.from(process.env['HANGAR_TEST_RUN'] ?? '').reduce((sum, byte) => (31 * sum + byte) % RANGES, 0);
  return LOWEST + PORTS_EACH * ((run + Number(process.env['JEST_WORKER_ID'] ?? 0)) % RANGES);
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
