import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { HangarConfig } from '../config/hangar-config.js';
import { BearerService } from './bearer/bearer.service.js';
import { ssoMissing } from './identity.errors.js';
import { type Operator } from './operator.js';
import { SessionsService } from './sessions/sessions.service.js';

/** Knows who is behind a request. */
@Injectable()
export class OperatorsService {
  constructor(
    private readonly config: HangarConfig,
    private readonly sessions: SessionsService,
    private readonly bearer: BearerService,
  ) {}

  /** @throws {DomainError} `sso_missing`: production without an identity provider serves neither console nor API */
  requireSso(): void {
    if (this.config.production && this.config.oidcIssuer === undefined) throw ssoMissing();
  }

  /**
   * By its bearer token where it has one, else by its session.
   *
   * @throws {DomainError} where a bearer token is there and not good, or cannot be checked now
   */
  async identify(request: FastifyRequest): Promise<Operator | undefined> {
    return (await this.bearer.operatorOf(request)) ?? (await this.sessions.operatorOf(request));
  }
}
