import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { generate } from 'selfsigned';

/** Something that listens on 127.0.0.1 until it is closed. */
export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** A Plane behind a company's own certificate authority: answers every request with the body. */
export async function tlsPlane(body: object): Promise<Listener & { readonly ca: string }> {
  const altNames = [
    { type: 2 as const, value: 'plane.internal' },
    { type: 2 as const, value: 'localhost' },
    { type: 7 as const, ip: '127.0.0.1' },
  ];
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'plane.internal' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  const server = createTlsServer({ key, cert }, (_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  return { ...(await listening(server)), ca: cert };
}

/** A company's proxy: takes CONNECT alone, leads to one port whatever is asked for, and remembers what was asked. */
export async function connectProxy(toPort: number): Promise<Listener & { readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '' }, socket: Socket) => {
    asked.push(url);
    const upstream = connect(toPort, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    upstream.pipe(socket).pipe(upstream);
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
  });
  return { ...(await listening(server)), asked };
}

/** A proxy that wants a user. */
export async function lockedProxy(): Promise<Listener> {
  const server = createServer();
  server.on('connect', (_request, socket: Socket) => {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n');
  });
  return listening(server);
}

async function listening(server: Server): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
