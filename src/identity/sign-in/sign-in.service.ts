import { Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AuditService } from '../../audit/audit.service.js';
import { ownPath } from '../../common/return-to.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { DEVELOPER, DevelopmentTokenService } from '../access/development-token.service.js';
import { actorOf } from '../operator.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { developmentTokenNeeded } from './sign-in.errors.js';

/** The query of `/console/sign-in`: a parameter that is given twice is a list. */
export interface SignInQuery {
  readonly return_to?: unknown;
  readonly token?: unknown;
}

const HOME = '/console';

/** Signs people in. */
@Injectable()
export class SignInService {
  constructor(
    private readonly config: HangarConfig,
    private readonly development: DevelopmentTokenService,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
  ) {}

  /** The claim that gives roles. */
  get rolesClaim(): string | undefined {
    return this.config.oidcRolesClaim;
  }

  /** Resolves with where the browser has to go. @throws {DomainError} that says why nobody can sign in now */
  async begin(query: SignInQuery, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const returnTo = this.returnTo(query.return_to);
    const token = typeof query.token === 'string' ? query.token : '';
    if (!this.development.accepts(token)) throw developmentTokenNeeded();
    await this.sessions.begin(DEVELOPER, request, reply);
    const by = actorOf({ ...DEVELOPER, kind: 'person', from: request.ip });
    await this.audit.record({ by, action: 'sign_in', outcome: 'done' });
    return returnTo;
  }

  async finish(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    void [request, reply];
    throw developmentTokenNeeded();
  }

  /** @throws {DomainError} it leads elsewhere */
  private returnTo(wanted: unknown): string {
    return typeof wanted === 'string' && wanted !== '' ? ownPath(wanted, this.config.publicUrl) : HOME;
  }
}
