import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before a TCP server on this machine; once it hangs, connections stay open and nothing goes through any more. */
export class HangingProxy {
  private readonly sockets = new Set<Socket>();
  private hangs = false;
  /** Bytes that came and went nowhere. */
  swallowed = 0;

  private constructor(private readonly server: Server) {}

  /** @param target the server's port; without one it hangs from the start */
  static async start(target?: number): Promise<HangingProxy> {
    const proxy = new HangingProxy(createServer());
    if (target === undefined) proxy.hang();
    proxy.server.on('connection', (client) => proxy.join(client, target));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  hang(): void {
    this.hangs = true;
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(client: Socket, target?: number): void {
    this.keep(client);
    if (target === undefined) return;
    const server = connect(target, '127.0.0.1');
    this.keep(server);
    this.forward(client, server);
    this.forward(server, client);
  }

  private forward(from: Socket, to: Socket): void {
    from.on('data', (data) => {
      if (this.hangs) this.swallowed += data.length;
      else to.write(data);
    });
    from.once('close', () => to.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
  }
}
