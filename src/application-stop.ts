import { type Server } from 'node:http';
import { type Socket } from 'node:net';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';

/** Longer than somebody needs who has connected in order to send something. */
const FIRST_BYTE_GRACE_MS = 2000;

/** Ends an application: what is under way is finished, and nobody keeps the process from ending. */
export class ApplicationStop {
  private readonly sockets = new Set<Socket>();

  /** To be made before the application listens. @param graceMs for requests that were begun */
  constructor(
    private readonly app: NestFastifyApplication,
    private readonly graceMs: number,
  ) {
    const server: Server = app.getHttpServer();
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Resolves once all connections are closed and all modules have stopped. */
  async run(): Promise<void> {
    const unused = setTimeout(() => this.closeUnused(), FIRST_BYTE_GRACE_MS);
    const endless = setTimeout(() => this.app.getHttpServer().closeAllConnections(), this.graceMs);
    await this.app.close();
    clearTimeout(unused);
    clearTimeout(endless);
  }

  /** Browsers connect ahead of need; Node takes a socket on which nothing came yet for a busy one. */
  private closeUnused(): void {
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
