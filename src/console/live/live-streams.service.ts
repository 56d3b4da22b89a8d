import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { DomainError } from '../../common/domain-error.js';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { OperatorsService } from '../../identity/operators.service.js';
import { type LivePart } from './live-part.js';
import { LiveStream } from './live-stream.js';

/** Each looks at the database every second or two. */
const MAX_STREAMS = 50;
const MAX_STREAMS_PER_SESSION = 6;

/** The pages that are looked at live, by Server-Sent Events. */
@Injectable()
export class LiveStreamsService implements OnModuleDestroy {
  private readonly streams = new Map<LiveStream, string>();
  private stopping = false;

  constructor(private readonly operators: OperatorsService) {}

  /**
   * Tells what changes from now on, until the browser goes, the session ends or the server stops.
   *
   * @throws {DomainError} `too_many_streams`
   */
  async open(request: OperatorRequest, reply: FastifyReply, read: () => Promise<LivePart[]>): Promise<void> {
    const subject = request.operator?.subject ?? '';
    const own = [...this.streams.values()].filter((each) => each === subject).length;
    if (this.streams.size >= MAX_STREAMS || own >= MAX_STREAMS_PER_SESSION) throw tooManyStreams();
    const stream = new LiveStream(reply.raw, read, async () => this.stillSignedIn(request));
    this.streams.set(stream, subject);
    try {
      const first = await read();
      reply.hijack();
      if (this.stopping) stream.end(); // the browser comes again, and meets another process
      void stream.run(first).finally(() => this.streams.delete(stream));
    } catch (error) {
      this.streams.delete(stream);
      throw error;
    }
  }

  onModuleDestroy(): void {
    this.stopping = true;
    for (const stream of this.streams.keys()) stream.end();
  }

  private async stillSignedIn(request: OperatorRequest): Promise<boolean> {
    const operator = await this.operators.identify(request);
    return operator?.role !== undefined;
  }
}

function tooManyStreams(): DomainError {
  return new DomainError({
    code: 'too_many_streams',
    title: 'Too many pages are looked at live',
    detail: 'Close some, or use the link "Refresh".',
    status: 429,
    retryAfterSeconds: 30,
  });
}
