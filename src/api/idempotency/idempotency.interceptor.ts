import { type CallHandler, type ExecutionContext, Injectable, Logger, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { ROUTE_SPEC, type RouteSpec } from '../http/route.decorator.js';
import { idempotencyKey, keyId, requestId } from './idempotency-key.js';
import { type StoredAnswer } from './idempotency-keys.repository.js';
import { IdempotencyService } from './idempotency.service.js';

/** Runs a request once for each `Idempotency-Key`. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger(IdempotencyInterceptor.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly requests: IdempotencyService,
  ) {}

  /** @throws {DomainError} see {@link IdempotencyService.begin}; 400 for an invalid key */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const spec = this.reflector.get<RouteSpec | undefined>(ROUTE_SPEC, context.getHandler());
    const request = context.switchToHttp().getRequest<OperatorRequest>();
    const key = spec?.idempotent ? idempotencyKey(request) : undefined;
    if (key === undefined || !request.operator) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.once(keyId(request.operator, key), requestId(request), reply, next));
  }

  private async once(id: string, request: string, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const stored = await this.requests.begin(id, request);
    if (stored) return replayed(stored, reply);
    let result: unknown;
    try {
      result = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      await this.record(() => this.requests.failed(id, error));
      throw error;
    }
    const body = result === undefined ? null : JSON.stringify(result);
    await this.record(() => this.requests.answered(id, { status: reply.statusCode, body }));
    return result;
  }

  /** A failure to record must not change the response. A repeated request then gets `idempotency_outcome_unknown`. */
  private async record(write: () => Promise<void>): Promise<void> {
    await write().catch((err: unknown) =>
      this.logger.error({ msg: 'failed to record the response for an idempotency key', err }),
    );
  }
}

function replayed({ status, body }: StoredAnswer, reply: FastifyReply): unknown {
  reply.header('idempotency-replayed', 'true').status(status);
  return body === null ? undefined : (JSON.parse(body) as unknown);
}
