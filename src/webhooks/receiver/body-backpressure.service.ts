import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { BodyLane, type BodyLaneLimits } from '../../common/body-lane.js';
import { type LaneBody } from '../../common/lane-body.js';
import { declaredLength } from '../../common/request-body.js';
import { RateLimitedLogger } from '../../common/rate-limited-logger.js';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { unknownConnection } from '../../plane/plane.error.js';
import { isWebhook } from './webhook-path.js';
import { WebhookVerifierService } from './webhook-verifier.service.js';
import { methodNotAllowed } from './webhook.errors.js';

/** The property of a request: a WeakMap would keep ended requests until a full garbage collection. */
const LANE_BODY = 'laneBody';
const SMALL_BYTES = 65_536;
/** Almost every webhook. They are never paused for others that are incomplete: those are cut off. */
const SMALL_LANE: BodyLaneLimits = {
  bytes: 8_000_000,
  bytesPerSource: 4_000_000,
  reading: Number.POSITIVE_INFINITY,
  waiting: Number.POSITIVE_INFINITY,
  whenFull: 'cut',
};
const LARGE_LANE: BodyLaneLimits = {
  bytes: 8_000_000,
  bytesPerSource: 6_000_000,
  reading: 32,
  waiting: 256,
  whenFull: 'pause',
};

/**
 * Rejects what cannot be a webhook before its body is read, and limits the memory of the others: a large one waits, and
 * TCP slows its sender down. None is answered with an error for that: Plane would not send it again (docs/plane.md §6).
 */
@Injectable()
export class BodyBackpressure implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(BodyBackpressure.name);
  private readonly warnings = new RateLimitedLogger(BodyBackpressure.name);
  private readonly small = new BodyLane(SMALL_LANE, () => this.reportCut());
  private readonly large = new BodyLane(LARGE_LANE, () => this.reportCut());
  private cutOff = 0;

  constructor(
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
    private readonly host: HttpAdapterHost,
    private readonly verifier: WebhookVerifierService,
    private readonly connections: PlaneConnections,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    server?.decorateRequest(LANE_BODY, undefined);
    server?.addHook('onRequest', (request, reply, done) => {
      done(isWebhook(request) ? this.rejection(request, reply) : undefined);
    });
    server?.addHook('preParsing', (request, reply, payload, done) => {
      if (isWebhook(request)) this.admit(request, reply, () => done(null, payload));
      else done(null, payload);
    });
  }

  onModuleDestroy(): void {
    this.small.close();
    this.large.close();
  }

  /** How long the request waited for room. */
  waitedMs(request: FastifyRequest): number {
    return request.getDecorator<LaneBody | undefined>(LANE_BODY)?.waitedMs ?? 0;
  }

  /** The error for a request that cannot be a webhook. */
  private rejection(request: FastifyRequest, reply: FastifyReply): Error | undefined {
    const { connection } = request.params as { connection?: string };
    if (connection !== undefined && !this.connections.find(connection)) return unknownConnection(connection);
    if (request.method === 'POST') return this.verifier.rejectUnsigned(request.headers);
    reply.header('allow', 'POST');
    return methodNotAllowed();
  }

  private admit(request: FastifyRequest, reply: FastifyReply, read: () => void): void {
    const length = declaredLength(request.raw);
    if (length > this.config.webhookMaxBodyBytes) return read(); // answered 413 unread
    const lane = length <= SMALL_BYTES ? this.small : this.large;
    const body = lane.admit(request.raw, reply.raw, request.ip, length, read);
    if (body.paused) this.logger.debug({ msg: 'webhook delayed by backpressure' });
    request.setDecorator(LANE_BODY, body);
  }

  private reportCut(): void {
    this.cutOff += 1;
    const msg = 'the connection of an incomplete webhook was closed: its body came too slowly, or there are too many';
    this.warnings.warn({ msg, closedSinceStart: this.cutOff });
  }
}
