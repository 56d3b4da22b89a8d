import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module.js';
import { DevelopmentTokenService } from './access/development-token.service.js';
import { EarlyAuthentication } from './access/early-authentication.service.js';
import { RejectionsService } from './access/rejections.service.js';
import { RouteRolesExplorer } from './access/route-roles.explorer.js';
import { BearerService } from './bearer/bearer.service.js';
import { BackChannelController } from './oidc/back-channel.controller.js';
import { BackChannelLogoutService } from './oidc/back-channel-logout.service.js';
import { FrontChannelController } from './oidc/front-channel.controller.js';
import { FrontChannelLogoutService } from './oidc/front-channel-logout.service.js';
import { OidcSignInService } from './oidc/oidc-sign-in.service.js';
import { ProviderKeysService } from './oidc/provider-keys.service.js';
import { ProviderService } from './oidc/provider.service.js';
import { OperatorRequests } from './operator-requests.interceptor.js';
import { OperatorsService } from './operators.service.js';
import { PeopleModule } from './people/people.module.js';
import { RoleGuard } from './role.guard.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignInService } from './sign-in/sign-in.service.js';
import { SignInTransactionsService } from './sign-in/sign-in-transactions.service.js';
import { SignOutService } from './sign-in/sign-out.service.js';

/** Authenticates operators: single sign-on, sessions, bearer tokens and roles. */
@Module({
  imports: [AuditModule, DiscoveryModule, PeopleModule, SessionsModule],
  controllers: [BackChannelController, FrontChannelController, SignInController],
  providers: [
    { provide: APP_GUARD, useClass: RoleGuard },
    RouteRolesExplorer,
    EarlyAuthentication,
    DevelopmentTokenService,
    RejectionsService,
    ProviderService,
    ProviderKeysService,
    OidcSignInService,
    BackChannelLogoutService,
    FrontChannelLogoutService,
    BearerService,
    OperatorRequests,
    OperatorsService,
    SignInTransactionsService,
    SignInService,
    SignOutService,
  ],
  exports: [AuditModule, DevelopmentTokenService, OperatorRequests, OperatorsService, PeopleModule, SignOutService],
})
export class IdentityModule {}
