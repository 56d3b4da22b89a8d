import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyRequest } from 'fastify';
import { type Observable } from 'rxjs';
import { invalidRequest } from './api.errors.js';
import { ROUTE_SPEC, type RouteSpec } from './route.decorator.js';

/** Rejects parameters where a route has none: a misspelled filter must not select everything. */
@Injectable()
export class NoQueryInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  /** @throws {DomainError} 400 that names each parameter */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const spec = this.reflector.get<RouteSpec | undefined>(ROUTE_SPEC, context.getHandler());
    const { query } = context.switchToHttp().getRequest<FastifyRequest>();
    const given = spec?.query ? [] : Object.keys(query as object);
    if (given.length === 0) return next.handle();
    throw invalidRequest(
      given.map((parameter) => ({ parameter, problem: 'is unknown; this route has no parameters' })),
    );
  }
}
