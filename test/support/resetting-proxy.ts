import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** Pieces of data that go through between two resets, at most. */
const MAX_PAUSE_LENGTH = 300;

/**
 * Stands before a TCP server on this machine and, when it is told to, resets connections at random: in the middle of
 * what a client sends, before an answer, or in the middle of one.
 */
export class ResettingProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** How many more pieces of data go through, whichever way, on whichever connection, until one ends its connection. */
  private left = Infinity;
  private resets = 0;

  private constructor(
    readonly port: number,
    private readonly target: number,
  ) {
    this.server = createServer((client) => this.join(client));
  }

  /** Starts it before the server at this port. */
  static async start(target: number): Promise<ResettingProxy> {
    const proxy = new ResettingProxy(await freePort(), target);
    proxy.server.listen(proxy.port, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** How many connections it has reset. */
  get count(): number {
    return this.resets;
  }

  /** Resets connections, one after some data each time, until it is over. */
  async resetUntil(isOver: () => boolean): Promise<void> {
    this.left = 0;
    await until('the end of the resets', isOver);
    this.left = Infinity;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const server = connect(this.target, '127.0.0.1');
    this.forward(client, server);
    this.forward(server, client);
  }

  private forward(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (data) => {
      this.left -= 1;
      if (this.left < 0) this.reset(from, to, data);
      else if (!to.write(data)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('error', () => to.resetAndDestroy());
    from.on('end', () => to.end());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }

  /** A part of the data, or nothing of it, still goes through. */
  private reset(from: Socket, to: Socket, data: Buffer): void {
    this.left = Math.floor(Math.random() * MAX_PAUSE_LENGTH);
    this.resets += 1;
    to.write(data.subarray(0, Math.floor(Math.random() * data.length)), () => {
      to.resetAndDestroy();
      from.resetAndDestroy();
    });
  }
}
