import { type IncomingMessage, type Server } from 'node:http';
import { type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Drain } from '../config/drain.js';
import { HangarConfig } from '../config/hangar-config.js';

/** Longer than somebody needs who has connected in order to send something. */
const FIRST_BYTE_GRACE_MS = 2000;
/** A connection that is kept open may be about to be used: its next request is answered, and is its last. */
const LAST_REQUEST_MS = 1000;
/** For closing once nothing is waited for any more: so much at most, and this share of the time that is left. */
const CLOSING = { ms: 500, share: 0.4 };

/** Ends an application: what is under way is finished, no request is turned away, and nobody keeps the process from ending. */
export class GracefulShutdown {
  private readonly server: Server;
  private readonly drain: Drain;
  private readonly sockets = new Set<Socket>();
  private readonly requests = new Set<IncomingMessage>();

  /** To be made before the application listens. */
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

  /** What was owed to somebody when the time was over, and could not be done. */
  get losses(): readonly string[] {
    return this.drain.losses;
  }

  /**
   * Resolves once all connections are closed and all modules have stopped, or `HANGAR_DRAIN_SECONDS` are nearly over.
   */
  async run(): Promise<void> {
    this.drain.begin();
    const ending = this.end();
    await ((await this.drain.waitWithinDeadline(ending)) ? ending : this.cut(ending));
  }

  private async end(): Promise<void> {
    if (this.server.listening) await wait(this.listeningMs());
    setTimeout(() => this.closeUnused(), FIRST_BYTE_GRACE_MS).unref();
    await this.app.close();
  }

  /** How long new requests still come in: no longer than until the last call, or nothing would end in order. */
  private listeningMs(): number {
    const { drainDelaySeconds } = this.app.get(HangarConfig);
    const wantedMs = Math.max(drainDelaySeconds * 1000, this.sockets.size > 0 ? LAST_REQUEST_MS : 0);
    return Math.min(wantedMs, this.drain.untilAbortMs());
  }

  /** A request that came whole should have had an answer; of one that did not, nobody can say what it was to be. */
  private async cut(ending: Promise<void>): Promise<void> {
    const whole = [...this.requests].filter(({ complete }) => complete).length;
    if (whole > 0) this.drain.recordLoss(`the answers to ${whole} request(s)`);
    this.server.closeAllConnections();
    const closingMs = Math.min(CLOSING.ms, this.drain.untilEndMs() * CLOSING.share);
    await Promise.race([ending, wait(closingMs, undefined, { ref: false })]);
  }

  /** Browsers connect ahead of need; Node takes a socket on which nothing came yet for a busy one. */
  private closeUnused(): void {
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
