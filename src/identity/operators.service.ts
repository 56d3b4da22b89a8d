import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyRequest } from 'fastify';
import { operatorsConfig } from '../config/areas/operators.config.js';
import { serverConfig } from '../config/areas/server.config.js';
import { BearerService } from './bearer/bearer.service.js';
import { ssoMissing } from './identity.errors.js';
import { type Operator } from './operator.js';
import { SessionsService } from './sessions/sessions.service.js';

/** Identifies the operator who sends a request; warns at the start if the sign-in is not configured completely. */
@Injectable()
export class OperatorsService implements OnApplicationBootstrap {
  private readonly early = new WeakMap<FastifyRequest, Promise<Operator | undefined>>();
  private readonly logger = new Logger(OperatorsService.name);

  constructor(
    @Inject(operatorsConfig.KEY) private readonly operators: ConfigType<typeof operatorsConfig>,
    @Inject(serverConfig.KEY) private readonly server: ConfigType<typeof serverConfig>,
    private readonly sessions: SessionsService,
    private readonly bearer: BearerService,
  ) {}

  onApplicationBootstrap(): void {
    const { production } = this.server;
    const { oidcIssuer, oidcRolesClaim } = this.operators;
    if (production && oidcIssuer === undefined)
      this.logger.warn('OIDC_ISSUER is not set: console and API respond with 503; everything else works');
    if (oidcIssuer !== undefined && oidcRolesClaim === undefined)
      this.logger.warn('OIDC_ROLES_CLAIM is not set: no operator has a role in console and API');
  }

  /** @throws {DomainError} `sso_missing`: in production, console and API require an identity provider */
  requireSso(): void {
    if (this.server.production && this.operators.oidcIssuer === undefined) throw ssoMissing();
  }

  /**
   * Identifies the operator by the bearer token if there is one, otherwise by the session.
   *
   * @throws {DomainError} the bearer token is invalid, or cannot be verified now
   */
  async identify(request: FastifyRequest): Promise<Operator | undefined> {
    const early = this.early.get(request);
    this.early.delete(request);
    if (early) return early;
    return (await this.bearer.operatorOf(request)) ?? (await this.sessions.operatorOf(request));
  }

  /** The same, for the next {@link identify} to return at once. */
  async identifyEarly(request: FastifyRequest): Promise<Operator | undefined> {
    const identifying = this.identify(request);
    this.early.set(request, identifying);
    return identifying;
  }
}
