import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** An address of a TCP server on this machine that can be given to another one, as a failover does it. */
export class AddressProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {}

  /** Starts it for the server at this port. */
  static async start(target: number): Promise<AddressProxy> {
    const server = createServer();
    const proxy = new AddressProxy(server, target);
    server.on('connection', (client) => proxy.join(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /**
   * Gives the address to the server at this port.
   *
   * @param connections what becomes of those that are open: `reset`; `silent`, they stay open and nothing passes; `kept`
   */
  repoint(target: number, connections: 'reset' | 'silent' | 'kept'): void {
    this.target = target;
    if (connections === 'kept') return;
    for (const [client, server] of this.pairs) {
      server.removeAllListeners('close');
      server.destroy();
      if (connections === 'reset') client.resetAndDestroy();
    }
  }

  async stop(): Promise<void> {
    for (const sockets of this.pairs) for (const socket of sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    const pair = [client, server] as const;
    this.pairs.add(pair);
    client.on('error', () => undefined);
    server.on('error', () => undefined);
    client.on('data', (data) => {
      if (!server.destroyed) server.write(data);
    });
    server.on('data', (data) => client.write(data));
    client.on('close', () => {
      this.pairs.delete(pair);
      server.destroy();
    });
    server.on('close', () => client.destroy());
  }
}
