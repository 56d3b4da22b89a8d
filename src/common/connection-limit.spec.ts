import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it, jest } from '@jest/globals';
import { limitConnections } from './connection-limit.js';

const LARGE = Buffer.alloc(8_000_000);
const GET = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n';

const servers: Server[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  jest.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function serverWith(max: number, listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  limitConnections(server, max);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A connection that sends this and reads nothing until the test does. */
async function connection(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined); // it is closed by the server
  await once(socket, 'connect');
  socket.pause();
  socket.write(text);
  return socket;
}

it('closes a connection that sends many requests before it reads a response', async () => {
  let requests = 0;
  const port = await serverWith(10, () => (requests += 1));
  const socket = await connection(port, GET.repeat(1000));
  const closed = once(socket, 'close');
  socket.resume();
  await closed;
  expect(requests).toBeLessThanOrEqual(8);
});

it('replaces connections whose client does not read its response', async () => {
  const port = await serverWith(3, (request, response) => response.end(request.url === '/' ? LARGE : 'ok'));
  for (let count = 0; count < 3; count += 1) await connection(port, GET);
  const response = await fetch(`http://127.0.0.1:${port}/small`);
  expect(await response.text()).toBe('ok');
});

it('closes a connection whose client stops reading, and no other', async () => {
  jest.useFakeTimers({
    doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'clearTimeout', 'queueMicrotask', 'Date', 'performance'],
  });
  const port = await serverWith(3, (_request, response) => response.end(LARGE));
  const idle = await connection(port, '');
  const unread = await connection(port, GET);
  await once(servers[0] as Server, 'request');
  jest.advanceTimersByTime(10_000);
  jest.advanceTimersByTime(10_000);
  const closed = once(unread, 'close');
  unread.resume();
  await closed;
  expect(unread.bytesRead).toBeLessThan(LARGE.length);
  expect(idle.destroyed).toBe(false);
});
