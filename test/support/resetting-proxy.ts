import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.js';

const LONGEST_PAUSE_MS = 500;

/**
 * Stands before a TCP server on this machine and, when it is told to, resets connections at random: in the middle of
 * what a client sends, before an answer, or in the middle of one.
 */
export class ResettingProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** The next data that comes, whichever way, on whichever connection, ends that connection. */
  private armed = false;
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

  /** Resets connections, some a second, until it is over. */
  async resetUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      this.armed = true;
      await wait(Math.random() * LONGEST_PAUSE_MS);
    }
    this.armed = false;
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
      if (this.armed) this.reset(from, to, data);
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
    this.armed = false;
    this.resets += 1;
    to.write(data.subarray(0, Math.floor(Math.random() * data.length)), () => {
      to.resetAndDestroy();
      from.resetAndDestroy();
    });
  }
}
