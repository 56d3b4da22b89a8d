import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { decideBody, hasBody } from '../../common/request-body.js';
import { OperatorsService } from '../operators.service.js';
import { isOperatorsPath } from './operators-path.js';

/** The config of a route of the console that unauthenticated clients send a body to: `@RouteConfig(ANONYMOUS_BODY)`. */
export const ANONYMOUS_BODY = { anonymousBody: true } as const;

/** Identifies the operator before a body is read: that of a request without one is ignored, and the guard rejects it. */
@Injectable()
export class EarlyAuthentication implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly operators: OperatorsService,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    server?.addHook('onRequest', async (request) => {
      const { url = '', config } = request.routeOptions;
      if (!isOperatorsPath(url) || !hasBody(request.raw) || (config && 'anonymousBody' in config)) return;
      decideBody(request.raw, (await this.isOperator(request)) ? 'trusted' : 'ignored');
    });
  }

  /** The guard throws the error again. */
  private async isOperator(request: FastifyRequest): Promise<boolean> {
    try {
      return (await this.operators.identifyEarly(request)) !== undefined;
    } catch {
      return false;
    }
  }
}
