import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HangarConfig } from '../../config/hangar-config.js';

/** Says at start what of the sign-in will not work; it keeps nothing else from working. */
@Injectable()
export class SsoWarningsService implements OnApplicationBootstrap {
  private readonly logger = new Logger(SsoWarningsService.name);

  constructor(private readonly config: HangarConfig) {}

  onApplicationBootstrap(): void {
    const { production, oidcIssuer, oidcRolesClaim } = this.config;
    if (production && oidcIssuer === undefined)
      this.logger.warn('OIDC_ISSUER is not set: console and API answer 503, everything else works');
    if (oidcIssuer !== undefined && oidcRolesClaim === undefined)
      this.logger.warn('OIDC_ROLES_CLAIM is not set: nobody has a role at console and API');
  }
}
