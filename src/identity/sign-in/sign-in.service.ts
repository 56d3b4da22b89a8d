import { Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AuditService } from '../../audit/audit.service.js';
import { ownPath } from '../../common/return-to.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { DEVELOPER } from '../access/developer.js';
import { DevelopmentTokenService } from '../access/development-token.service.js';
import { RejectionsService } from '../access/rejections.service.js';
import { OidcSignInService } from '../oidc/oidc-sign-in.service.js';
import { ProviderService } from '../oidc/provider.service.js';
import { actorOf } from '../operator.js';
import { PeopleService } from '../people/people.service.js';
import { type SignedIn, SessionsService } from '../sessions/sessions.service.js';
import { developmentTokenNeeded, unknownSignIn } from './sign-in.errors.js';
import { SignInTransactionsService } from './sign-in-transactions.service.js';

/** The query of `/console/sign-in`: a parameter that is given twice is a list. */
export interface SignInQuery {
  readonly return_to?: unknown;
  readonly token?: unknown;
}

const HOME = '/console';
const NO_ROLE = '/console/no-role';
/** A longer one would not fit into the cookie that keeps it. */
const MAX_RETURN_LENGTH = 1024;

/** Signs people in. */
@Injectable()
export class SignInService {
  constructor(
    private readonly config: HangarConfig,
    private readonly development: DevelopmentTokenService,
    private readonly provider: ProviderService,
    private readonly oidc: OidcSignInService,
    private readonly transactions: SignInTransactionsService,
    private readonly people: PeopleService,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
    private readonly refusals: RejectionsService,
  ) {}

  /** The claim that gives roles. */
  get rolesClaim(): string | undefined {
    return this.config.oidcRolesClaim;
  }

  /** Resolves with where the browser has to go. @throws {DomainError} that says why nobody can sign in now */
  async begin(query: SignInQuery, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const returnTo = this.returnTo(query.return_to);
    if (!this.provider.isConfigured) return this.beginDevelopment(query.token, returnTo, request, reply);
    const { url, ...begun } = await this.oidc.begin();
    await this.transactions.keep({ ...begun, returnTo }, request, reply);
    return url;
  }

  /**
   * Finishes what {@link begin} began in the same browser. Resolves with where the browser has to go.
   *
   * @throws {DomainError} that says why it did not work
   */
  async finish(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const { state } = request.query as { state?: unknown };
    const transaction =
      typeof state === 'string' ? await this.transactions.take(state, request, reply) : undefined;
    if (!transaction) throw unknownSignIn();
    const signedIn = await this.oidc.finish(request.url, transaction).catch(async (error: unknown) => {
      throw await this.refusals.signIn(error, request);
    });
    await this.admit(signedIn, request, reply);
    return signedIn.role ? transaction.returnTo : NO_ROLE;
  }

  private async beginDevelopment(
    token: unknown,
    returnTo: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<string> {
    if (typeof token !== 'string' || !this.development.accepts(token)) throw developmentTokenNeeded();
    await this.admit(DEVELOPER, request, reply);
    return returnTo;
  }

  private async admit(signedIn: SignedIn, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const by = actorOf({ ...signedIn, kind: 'person', from: request.ip });
    try {
      await this.people.seen(signedIn, signedIn.role);
    } catch (error) {
      throw await this.refusals.signIn(error, request, by);
    }
    const details = { role: signedIn.role ?? 'none' };
    await this.audit.record({ by, action: 'sign_in', outcome: signedIn.role ? 'done' : 'refused', details });
    await this.sessions.begin(signedIn, request, reply);
  }

  /** @throws {DomainError} it leads elsewhere */
  private returnTo(wanted: unknown): string {
    if (typeof wanted !== 'string' || wanted === '') return HOME;
    const path = ownPath(wanted, this.config.publicUrl);
    return path.length > MAX_RETURN_LENGTH ? HOME : path;
  }
}
