import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { isWebhook } from './webhook-path.js';

/** Bytes of webhooks that are read and not yet answered. */
const MAX_BYTES_IN_FLIGHT = 32_000_000;

interface WaitingRequest {
  readonly bytes: number;
  readonly admit: () => void;
}

/**
 * Limits the memory of webhooks in flight: beyond it a request waits before its body is read, and TCP slows its sender
 * down. None is rejected: Plane would not send it again (docs/plane.md §6).
 */
@Injectable()
export class BodyBackpressure implements OnModuleInit {
  private readonly logger = new Logger(BodyBackpressure.name);
  private readonly waiting: WaitingRequest[] = [];
  private readonly waitMs = new WeakMap<FastifyRequest, number>();
  private bytesInFlight = 0;

  constructor(
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    server?.addHook('onRequest', (request, reply, done) => this.onRequest(request, reply, done));
  }

  /** How long the request waited before its body was read. */
  waitedMs(request: FastifyRequest): number {
    return this.waitMs.get(request) ?? 0;
  }

  private onRequest(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    if (request.method !== 'POST' || !isWebhook(request)) return done();
    const bytes = this.bytesOf(request);
    const arrivedAt = performance.now();
    let admitted = false;
    const admit = (): void => {
      admitted = true;
      this.waitMs.set(request, performance.now() - arrivedAt);
      this.bytesInFlight += bytes;
      done();
    };
    const entry = { bytes, admit };
    reply.raw.once('close', () => (admitted ? this.release(bytes) : this.remove(entry)));
    if (this.waiting.length === 0 && this.hasRoomFor(bytes)) admit();
    else {
      this.waiting.push(entry);
      this.logger.debug({ msg: 'webhook delayed by backpressure', waiting: this.waiting.length });
    }
  }

  /** A request without a content length counts as the largest one allowed. */
  private bytesOf({ headers }: FastifyRequest): number {
    const { webhookMaxBodyBytes } = this.config;
    const length = Number(headers['content-length'] ?? webhookMaxBodyBytes);
    return Math.min(Number.isNaN(length) ? webhookMaxBodyBytes : length, webhookMaxBodyBytes);
  }

  /** A request that is larger than the limit is admitted alone. */
  private hasRoomFor(bytes: number): boolean {
    return this.bytesInFlight === 0 || this.bytesInFlight + bytes <= MAX_BYTES_IN_FLIGHT;
  }

  private release(bytes: number): void {
    this.bytesInFlight -= bytes;
    for (let next = this.waiting[0]; next && this.hasRoomFor(next.bytes); next = this.waiting[0]) {
      this.waiting.shift();
      next.admit();
    }
  }

  private remove(entry: WaitingRequest): void {
    const index = this.waiting.indexOf(entry);
    if (index !== -1) this.waiting.splice(index, 1);
  }
}
