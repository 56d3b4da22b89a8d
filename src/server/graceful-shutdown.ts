import { type IncomingMessage, type Server } from 'node:http';
import { type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Drain } from '../config/drain.js';
import { type ServerConfig, serverConfig } from '../config/areas/server.config.js';

/** Longer than a client that has connected needs to send its first byte. */
const FIRST_BYTE_GRACE_MS = 2000;
/** A keep-alive connection may be about to be used: its next request is still answered, and closes it. */
const LAST_REQUEST_MS = 1000;
/** Time for closing after the deadline: at most `ms`, and at most this share of the time that is left. */
const CLOSE_LIMIT = { ms: 500, share: 0.4 };

/** Shuts an application down: requests in flight are answered, new ones are not rejected, and the deadline is kept. */
export class GracefulShutdown {
  private readonly server: Server;
  private readonly drain: Drain;
  private readonly sockets = new Set<Socket>();
  private readonly requests = new Set<IncomingMessage>();

  /** To be constructed before the application listens. */
  constructor(private readonly app: NestFastifyApplication) {
    this.server = app.getHttpServer();
    this.drain = app.get(Drain);
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.server.on('request', (request, response) => {
      this.requests.add(request);
      response.once('close', () => this.requests.delete(request));
    });
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onSend', (_request, reply, _payload, done) => {
        if (this.drain.draining.aborted) reply.header('connection', 'close');
        done();
      });
  }

  /** What could not be completed before the deadline. */
  get losses(): readonly string[] {
    return this.drain.losses;
  }

  /** Resolves once all connections are closed and all modules have stopped, or just before the deadline. */
  async run(): Promise<void> {
    this.drain.begin();
    const closing = this.close();
    await ((await this.drain.waitWithinDeadline(closing)) ? closing : this.abort(closing));
  }

  private async close(): Promise<void> {
    if (this.server.listening) await wait(this.listeningMs());
    setTimeout(() => this.closeUnused(), FIRST_BYTE_GRACE_MS).unref();
    await this.app.close();
  }

  /** How long new requests are still accepted: at most until work is aborted, so that the rest has time to close. */
  private listeningMs(): number {
    const { drainDelaySeconds } = this.app.get<ServerConfig>(serverConfig.KEY);
    const wantedMs = Math.max(drainDelaySeconds * 1000, this.sockets.size > 0 ? LAST_REQUEST_MS : 0);
    return Math.min(wantedMs, this.drain.untilAbortMs());
  }

  /** A request that was received completely is lost without an answer; an incomplete one is not counted. */
  private async abort(closing: Promise<void>): Promise<void> {
    const unanswered = [...this.requests].filter(({ complete }) => complete).length;
    if (unanswered > 0) this.drain.recordLoss(`the answers to ${unanswered} request(s)`);
    this.server.closeAllConnections();
    const closingMs = Math.min(CLOSE_LIMIT.ms, this.drain.untilEndMs() * CLOSE_LIMIT.share);
    await Promise.race([closing, wait(closingMs, undefined, { ref: false })]);
  }

  /** Browsers open connections in advance; Node treats a socket without any data as busy and keeps it open. */
  private closeUnused(): void {
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
