import { once } from 'node:events';
import { get } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { corporateNetwork } from './corporate-network.js';
import { loadConfig } from './load-config.js';

const { httpAgent, httpsAgent } = corporateNetwork(loadConfig({}));
/** Answers and never closes a connection. */
const server = createServer((socket: Socket) => {
  socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  httpAgent.destroy();
  httpsAgent.destroy();
  server.close();
});

it('keeps an idle connection less than the five seconds after which a server in Node closes it', async () => {
  const [answer] = await once(
    get({ agent: httpAgent, host: '127.0.0.1', ...(server.address() as object) }),
    'response',
  );
  const [free] = await Promise.all([once(httpAgent, 'free'), once(answer.resume(), 'end')]);
  expect((free[0] as Socket).timeout).toBe(4000);
  expect(Object.values(httpAgent.freeSockets).flat()).toEqual([free[0]]);
  expect(httpsAgent.options).toMatchObject({ keepAlive: true, timeout: 4000 });
});
