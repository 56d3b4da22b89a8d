import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { HangarConfig } from '../../config/hangar-config.js';
import { isWebhook } from './webhook-path.js';

/** Bytes of webhooks that are read and not yet answered. */
const MAX_BYTES = 32_000_000;

/**
 * Bounds the memory of webhooks on their way in: past it a request waits before its body is read, and its sender's
 * socket with it. Nobody is refused for it: Plane would not send a refused webhook again (contract §6).
 */
@Injectable()
export class BodyBackpressure implements OnModuleInit {
  private readonly logger = new Logger(BodyBackpressure.name);
  private readonly waiting: { readonly bytes: number; readonly enter: () => void }[] = [];
  private readonly waitedMs = new WeakMap<FastifyRequest, number>();
  private used = 0;

  constructor(
    private readonly config: HangarConfig,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    server?.addHook('onRequest', (request, reply, done) => this.guard(request, reply, done));
  }

  /** How long the request waited for room. */
  waited(request: FastifyRequest): number {
    return this.waitedMs.get(request) ?? 0;
  }

  private guard(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    if (request.method !== 'POST' || !isWebhook(request)) return done();
    const bytes = this.bytesOf(request);
    const arrivedAt = performance.now();
    let inside = false;
    const enter = (): void => {
      inside = true;
      this.waitedMs.set(request, performance.now() - arrivedAt);
      this.used += bytes;
      done();
    };
    const place = { bytes, enter };
    reply.raw.once('close', () => (inside ? this.leave(bytes) : this.forget(place)));
    if (this.waiting.length === 0 && this.hasRoomFor(bytes)) enter();
    else {
      this.waiting.push(place);
      this.logger.debug({ msg: 'a webhook waits for room before it is read', waiting: this.waiting.length });
    }
  }

  /** A webhook that does not tell its size may have the largest. */
  private bytesOf({ headers }: FastifyRequest): number {
    const { webhookMaxBodyBytes } = this.config;
    const told = Number(headers['content-length'] ?? webhookMaxBodyBytes);
    return Math.min(Number.isNaN(told) ? webhookMaxBodyBytes : told, webhookMaxBodyBytes);
  }

  /** One that is larger than all the room goes in alone. */
  private hasRoomFor(bytes: number): boolean {
    return this.used === 0 || this.used + bytes <= MAX_BYTES;
  }

  private leave(bytes: number): void {
    this.used -= bytes;
    for (let next = this.waiting[0]; next && this.hasRoomFor(next.bytes); next = this.waiting[0]) {
      this.waiting.shift();
      next.enter();
    }
  }

  private forget(place: (typeof this.waiting)[number]): void {
    const index = this.waiting.indexOf(place);
    if (index !== -1) this.waiting.splice(index, 1);
  }
}
