import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { ROUTE_SPEC, type RouteSpec } from '../http/route.decorator.js';
import { idempotencyKey, keyId, requestId } from './idempotency-key.js';
import { type StoredAnswer } from './idempotency-keys.repository.js';
import { IdempotencyService } from './idempotency.service.js';

/** Lets a request that acts run once for each `Idempotency-Key`. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger(IdempotencyInterceptor.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly requests: IdempotencyService,
  ) {}

  /** @throws {DomainError} what {@link IdempotencyService.begin} throws; a key that cannot be one */
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
      await this.noted(() => this.requests.failed(id, error));
      throw error;
    }
    const body = result === undefined ? null : JSON.stringify(result);
    await this.noted(() => this.requests.answered(id, { status: reply.statusCode, body }));
    return result;
  }

  /** It was done, or was refused: that the note fails must not tell otherwise. A repeat hears of an unknown outcome then. */
  private async noted(note: () => Promise<void>): Promise<void> {
    await note().catch((err: unknown) =>
      this.logger.error({ msg: 'what became of a request could not be kept for its idempotency key', err }),
    );
  }
}

function replayed({ status, body }: StoredAnswer, reply: FastifyReply): unknown {
  reply.header('idempotency-replayed', 'true').status(status);
  return body === null ? undefined : (JSON.parse(body) as unknown);
}
