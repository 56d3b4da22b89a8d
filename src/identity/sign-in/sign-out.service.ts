import { Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AuditService } from '../../audit/audit.service.js';
import { actorOf, type Operator } from '../operator.js';
import { SessionsService } from '../sessions/sessions.service.js';

const SIGNED_OUT = '/console/signed-out';

/** Signs people out, here and at the identity provider. */
@Injectable()
export class SignOutService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
  ) {}

  /** Ends the session. Resolves with where the browser has to go. */
  async signOut(operator: Operator, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    await this.sessions.end(request, reply);
    await this.audit.record({ by: actorOf(operator), action: 'sign_out', outcome: 'done' });
    return SIGNED_OUT;
  }

  /** The origin that a sign-out leads to; pages with its form must allow it in `form-action`. */
  async signOutOrigin(): Promise<string | undefined> {
    return undefined;
  }

  /** Why the provider's session still lasts, for the last page. */
  whyProviderLasts(provider: unknown): string | undefined {
    return provider === 'lasts' ? 'Your session at the identity provider may last: end it there.' : undefined;
  }
}
