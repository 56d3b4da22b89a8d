import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Actor } from '../../audit/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { DomainError } from '../../common/domain-error.js';
import { type OperatorRequest } from '../current-operator.decorator.js';
import { actorOf } from '../operator.js';

const FORBIDDEN = 403;

/** Records rejected requests in the audit log: missing roles, disabled people, invalid tokens, failed sign-ins. */
@Injectable()
export class RejectionsService {
  constructor(private readonly audit: AuditService) {}

  /** Records a rejected request to a route; not one that only lacks a sign-in. */
  async request(error: DomainError, request: OperatorRequest): Promise<void> {
    const { operator, method, routeOptions } = request;
    if (error.status !== FORBIDDEN && error.code !== 'token_refused') return;
    const by = operator ? actorOf(operator) : anonymous(request);
    const details = { reason: error.code, route: `${method} ${routeOptions.url ?? ''}` };
    await this.audit.refused({ by, action: 'access.refused', details });
  }

  /** Records a rejected sign-in. Resolves with the error, for the caller to throw. */
  async signIn(error: unknown, request: FastifyRequest, by: Actor = anonymous(request)): Promise<unknown> {
    const reason = error instanceof DomainError ? error.code : 'unexpected';
    await this.audit.refused({ by, action: 'sign_in', details: { reason } });
    return error;
  }
}

function anonymous(request: FastifyRequest): Actor {
  return { kind: 'anonymous', id: 'unknown', from: request.ip };
}
