import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module.js';
import { DevelopmentTokenService } from './access/development-token.service.js';
import { RefusalsService } from './access/refusals.service.js';
import { RouteRolesExplorer } from './access/route-roles.explorer.js';
import { BearerService } from './bearer/bearer.service.js';
import { OperatorsService } from './operators.service.js';
import { RoleGuard } from './role.guard.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { SignOutService } from './sign-in/sign-out.service.js';

/** Who the operators are: corporate SSO, their sessions and roles. */
@Module({
  imports: [AuditModule, DiscoveryModule, SessionsModule],
  controllers: [SignInController],
  providers: [
    { provide: APP_GUARD, useClass: RoleGuard },
    RouteRolesExplorer,
    DevelopmentTokenService,
    RefusalsService,
    BearerService,
    OperatorsService,
    SignInService,
    SignOutService,
  ],
  exports: [AuditModule, DevelopmentTokenService, OperatorsService, SignOutService],
})
export class IdentityModule {}
