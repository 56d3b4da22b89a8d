import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generate } from 'selfsigned';
import { hangarCommand } from '../support/cli.js';

const KEYS = `test:${Buffer.alloc(32, 1).toString('base64')}`;

describe('a PostgreSQL behind TLS', () => {
  let server: Server;
  let answer: 'S' | 'N';
  let keys: { key: string; cert: string };
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'db.internal' }]);
    keys = { key, cert };
    // The begin of the protocol alone: the client asks for TLS before anything else.
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('data', () => {
        socket.write(answer);
        if (answer === 'S') new TLSSocket(socket, { isServer: true, ...keys }).on('error', () => socket.destroy());
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  it.each([
    [
      'with an authority that is not trusted',
      'S',
      /certificate of PostgreSQL is not signed by an authority that this process trusts \(\w+\)\. Add sslrootcert=.*database\.ca/,
    ],
    ['that offers no TLS', 'N', /PostgreSQL offers no TLS.*sslmode/],
  ] as const)('%s is named as such by every command, without a stack trace', async (_what, says, expected) => {
    answer = says;
    const { port } = server.address() as AddressInfo;
    const DATABASE_URL = `postgres://u:Hunter2@127.0.0.1:${port}/hangar?sslmode=verify-full`;
    for (const command of ['doctor', 'migrate']) {
      const { stdout, stderr, code } = await hangarCommand([command], {
        DATABASE_URL,
        HANGAR_ENCRYPTION_KEYS: KEYS,
        NODE_ENV: 'development',
      });
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(expected);
      expect(stdout + stderr).not.toMatch(/^\s+at |Hunter2/m);
    }
  });
});
