import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyReply } from 'fastify';
import { DomainError } from '../common/domain-error.js';
import { HangarConfig } from '../config/hangar-config.js';
import { RejectionsService } from './access/rejections.service.js';
import { requireOwnPage } from './access/csrf.js';
import { isOperatorsPath } from './access/operators-path.js';
import { challengeOf } from './bearer/challenge.js';
import { type OperatorRequest } from './current-operator.decorator.js';
import { notSignedIn, roleMissing, routeWithoutRole } from './identity.errors.js';
import { type Operator } from './operator.js';
import { includesRole } from './operator-role.js';
import { OperatorsService } from './operators.service.js';
import { REQUIRED_ROLE, type RequiredRole } from './requires-role.decorator.js';

/**
 * Stands before every route of the server. Those that name a role ({@link RequiresRole}) are for operators who have it,
 * and what acts in a session must come from our own pages; those of console and API that name none are for nobody.
 */
@Injectable()
export class RoleGuard implements CanActivate {
  constructor(
    private readonly config: HangarConfig,
    private readonly reflector: Reflector,
    private readonly operators: OperatorsService,
    private readonly refusals: RejectionsService,
  ) {}

  /** @throws {DomainError} where nobody is signed in, the role is missing, or another site sent the request */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.requiredRole(context);
    const request = context.switchToHttp().getRequest<OperatorRequest>();
    if (needed === undefined) {
      if (isOperatorsPath(request.routeOptions.url ?? '')) throw routeWithoutRole();
      return true;
    }
    this.operators.requireSso();
    if (needed === 'public') return true;
    try {
      await this.admit(needed, request);
      return true;
    } catch (error) {
      if (error instanceof DomainError) {
        await this.refusals.request(error, request);
        const challenge = challengeOf(error, request);
        if (challenge !== undefined)
          context.switchToHttp().getResponse<FastifyReply>().header('www-authenticate', challenge);
      }
      throw error;
    }
  }

  private async admit(needed: Exclude<RequiredRole, 'public'>, request: OperatorRequest): Promise<void> {
    const operator = await this.operators.identify(request);
    if (!operator) throw notSignedIn();
    request.operator = operator;
    this.requireOwnPage(operator, request);
    if (needed === 'signed-in') return;
    if (!operator.role || !includesRole(operator.role, needed)) throw roleMissing(needed, operator.role);
  }

  /** A bearer token is sent by nobody but its owner. */
  private requireOwnPage({ csrfToken }: Operator, request: OperatorRequest): void {
    if (csrfToken !== undefined) requireOwnPage(request, csrfToken, this.config.publicUrl);
  }

  private requiredRole(context: ExecutionContext): RequiredRole | undefined {
    return this.reflector.getAllAndOverride<RequiredRole | undefined>(REQUIRED_ROLE, [
      context.getHandler(),
      context.getClass(),
    ]);
  }
}
