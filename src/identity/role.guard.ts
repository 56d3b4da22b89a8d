import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Reflector } from '@nestjs/core';
import { type FastifyReply } from 'fastify';
import { DomainError } from '../common/domain-error.js';
import { serverConfig } from '../config/areas/server.config.js';
import { AUDITED_READ } from './access/audited-read.decorator.js';
import { RejectionsService } from './access/rejections.service.js';
import { requireOwnPage, requireOwnRead } from './access/csrf.js';
import { isOperatorsPath } from './access/operators-path.js';
import { challengeOf } from './bearer/challenge.js';
import { type OperatorRequest } from './current-operator.decorator.js';
import { notSignedIn, roleMissing, routeWithoutRole } from './identity.errors.js';
import { type Operator } from './operator.js';
import { includesRole } from './operator-role.js';
import { OperatorsService } from './operators.service.js';
import { REQUIRED_ROLE, type RequiredRole } from './requires-role.decorator.js';

/**
 * Guards every route of the server. A route with {@link RequiresRole} is for operators who have that role, and a session's
 * request that changes something needs a CSRF token; a console or API route without a role is always rejected.
 */
@Injectable()
export class RoleGuard implements CanActivate {
  constructor(
    @Inject(serverConfig.KEY) private readonly config: ConfigType<typeof serverConfig>,
    private readonly reflector: Reflector,
    private readonly operators: OperatorsService,
    private readonly rejections: RejectionsService,
  ) {}

  /** @throws {DomainError} not signed in, role missing, or sent by another site */
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
      await this.authorize(needed, request, this.isAuditedRead(context));
      return true;
    } catch (error) {
      if (error instanceof DomainError) {
        await this.rejections.request(error, request);
        const challenge = challengeOf(error, request);
        if (challenge !== undefined)
          context.switchToHttp().getResponse<FastifyReply>().header('www-authenticate', challenge);
      }
      throw error;
    }
  }

  private async authorize(
    needed: Exclude<RequiredRole, 'public'>,
    request: OperatorRequest,
    audited: boolean,
  ): Promise<void> {
    const operator = await this.operators.identify(request);
    if (!operator) throw notSignedIn();
    request.operator = operator;
    this.requireOwnPage(operator, request, audited);
    if (needed === 'signed-in') return;
    const { role, roleValues } = operator;
    if (!role || !includesRole(role, needed)) throw roleMissing(needed, role, roleValues);
  }

  /** Browsers never attach a bearer token by themselves, so only sessions need the check. */
  private requireOwnPage({ csrfToken }: Operator, request: OperatorRequest, audited: boolean): void {
    if (csrfToken === undefined) return;
    requireOwnPage(request, csrfToken, this.config.publicUrl);
    if (audited) requireOwnRead(request, this.config.publicUrl);
  }

  private isAuditedRead(context: ExecutionContext): boolean {
    return this.reflector.get<boolean | undefined>(AUDITED_READ, context.getHandler()) === true;
  }

  private requiredRole(context: ExecutionContext): RequiredRole | undefined {
    return this.reflector.getAllAndOverride<RequiredRole | undefined>(REQUIRED_ROLE, [
      context.getHandler(),
      context.getClass(),
    ]);
  }
}
