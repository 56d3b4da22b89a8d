import { Injectable } from '@nestjs/common';
import { type Actor } from '../../audit/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { type DomainError } from '../../common/domain-error.js';
import { type OperatorRequest } from '../current-operator.decorator.js';
import { actorOf } from '../operator.js';

const FORBIDDEN = 403;

/** Books whom we turned away: known people and programs, and tokens that are not good. */
@Injectable()
export class RefusalsService {
  constructor(private readonly audit: AuditService) {}

  /** Somebody who is just not signed in yet is no refusal. */
  async book(error: DomainError, request: OperatorRequest): Promise<void> {
    const { operator, method, routeOptions } = request;
    if (error.status !== FORBIDDEN && error.code !== 'token_refused') return;
    const by: Actor = operator ? actorOf(operator) : { kind: 'anonymous', id: 'unknown', from: request.ip };
    const details = { reason: error.code, route: `${method} ${routeOptions.url ?? ''}` };
    await this.audit.record({ by, action: 'access.refused', outcome: 'refused', details });
  }
}
