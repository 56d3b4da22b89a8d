import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type OperatorRequest } from './current-operator.decorator.js';
import { notSignedIn, roleMissing } from './identity.errors.js';
import { includesRole } from './operator-role.js';
import { OperatorsService } from './operators.service.js';
import { REQUIRED_ROLE, type RequiredRole } from './requires-role.decorator.js';

/** Lets a request through to a route of console or API where its operator has the role that the route names. */
@Injectable()
export class RoleGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly operators: OperatorsService,
  ) {}

  /** @throws {DomainError} where nobody is signed in, or the role is missing */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.requiredRole(context);
    if (needed === undefined) return false;
    if (needed === 'public') return true;
    const request = context.switchToHttp().getRequest<OperatorRequest>();
    const operator = await this.operators.identify(request);
    if (!operator) throw notSignedIn();
    request.operator = operator;
    if (needed === 'signed-in') return true;
    if (operator.role && includesRole(operator.role, needed)) return true;
    throw roleMissing(needed, operator.role);
  }

  private requiredRole(context: ExecutionContext): RequiredRole | undefined {
    return this.reflector.getAllAndOverride<RequiredRole | undefined>(REQUIRED_ROLE, [
      context.getHandler(),
      context.getClass(),
    ]);
  }
}
