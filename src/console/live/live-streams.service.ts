import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply } from 'fastify';
import { codedError } from '../../common/coded-error.js';
import { Html } from '../../common/html.js';
import { markupWithPrefix, pathPrefix } from '../../common/path-prefix.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { OperatorsService } from '../../identity/operators.service.js';
import { type LivePart, LiveStream } from './live-stream.js';

/** Each stream queries the database every 1.5 s. */
const MAX_STREAMS = 50;
const MAX_STREAMS_PER_SESSION = 6;

const tooManyStreams = codedError(
  'too_many_streams',
  429,
  'Too many live pages',
  'Close some pages, or use the link "Refresh".',
  { retryAfterSeconds: 30 },
);

/** The open pages that are updated by server-sent events. */
@Injectable()
export class LiveStreamsService implements OnModuleDestroy {
  private readonly streams = new Map<LiveStream, string>();
  private stopping = false;

  private readonly prefix: string;

  constructor(
    private readonly operators: OperatorsService,
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
  ) {
    this.prefix = pathPrefix(config.publicUrl);
  }

  /**
   * Sends changes until the browser disconnects, the session ends or the server stops.
   *
   * @throws {DomainError} `too_many_streams`
   */
  async open(request: OperatorRequest, reply: FastifyReply, readParts: () => Promise<LivePart[]>): Promise<void> {
    const read = async (): Promise<LivePart[]> => (await readParts()).map((part) => this.withLinks(part));
    const subject = request.operator?.subject ?? '';
    const own = [...this.streams.values()].filter((each) => each === subject).length;
    if (this.streams.size >= MAX_STREAMS || own >= MAX_STREAMS_PER_SESSION) throw tooManyStreams();
    const stream = new LiveStream(reply.raw, read, async () => this.isSignedIn(request));
    this.streams.set(stream, subject);
    try {
      const first = await read();
      reply.hijack();
      if (this.stopping) stream.end(); // the browser reconnects, to another process
      void stream.run(first).finally(() => this.streams.delete(stream));
    } catch (error) {
      this.streams.delete(stream);
      throw error;
    }
  }

  private withLinks(part: LivePart): LivePart {
    return { ...part, html: new Html(markupWithPrefix(part.html.text, this.prefix)) };
  }

  onModuleDestroy(): void {
    this.stopping = true;
    for (const stream of this.streams.keys()) stream.end();
  }

  private async isSignedIn(request: OperatorRequest): Promise<boolean> {
    const operator = await this.operators.identify(request);
    return operator?.role !== undefined;
  }
}
