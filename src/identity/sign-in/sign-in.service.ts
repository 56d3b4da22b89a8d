import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AuditService } from '../../audit/audit.service.js';
import { ownPath } from '../../common/return-to.js';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { DEVELOPER } from '../profile.js';
import { isSentByOtherSite } from '../access/csrf.js';
import { DevelopmentTokenService } from '../access/development-token.service.js';
import { RejectionsService } from '../access/rejections.service.js';
import { developmentTokenNeeded, unknownSignIn } from '../identity.errors.js';
import { OidcSignInService } from '../oidc/oidc-sign-in.service.js';
import { ProviderService } from '../oidc/provider.service.js';
import { actorOf } from '../operator.js';
import { PeopleService } from '../people/people.service.js';
import { type CookieOptions, sealedCookie } from '../sessions/sealed-cookie.js';
import { SealedCookieService } from '../sessions/sealed-cookie.service.js';
import { type SignedIn, SessionsService } from '../sessions/sessions.service.js';
import { SignInTransactionsService } from './sign-in-transactions.service.js';

/** The query of `/console/sign-in`; a repeated parameter is a list. */
export interface SignInQuery {
  readonly return_to?: unknown;
  readonly token?: unknown;
}

const HOME = '/console';
const VALUES_COOKIE = 'hangar-role-values';
const VALUES_SECONDS = 900;
/** Everybody who is signed in may consent. */
const CONSENT = '/oauth/setup';
const NO_ROLE = '/console/no-role';
/** Limit of what fits into the cookie of the sign-in. */
const MAX_RETURN_LENGTH = 1024;

/** Signs people in. */
@Injectable()
export class SignInService {
  constructor(
    @Inject(operatorsConfig.KEY) private readonly operators: ConfigType<typeof operatorsConfig>,
    @Inject(serverConfig.KEY) private readonly server: ConfigType<typeof serverConfig>,
    private readonly development: DevelopmentTokenService,
    private readonly provider: ProviderService,
    private readonly oidc: OidcSignInService,
    private readonly transactions: SignInTransactionsService,
    private readonly people: PeopleService,
    private readonly sessions: SessionsService,
    private readonly cookies: SealedCookieService,
    private readonly audit: AuditService,
    private readonly rejections: RejectionsService,
  ) {}

  /** The configured roles claim. */
  get rolesClaim(): string | undefined {
    return this.operators.oidcRolesClaim;
  }

  /**
   * Starts a sign-in. Resolves with the URL to redirect to. A person who is signed in, and is sent here by another site, stays
   * signed in: links must not write audit entries in their name again and again.
   *
   * @throws {DomainError} sign-in is not possible now
   */
  async begin(query: SignInQuery, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const returnTo = this.returnTo(query.return_to);
    if (isSentByOtherSite(request, this.server.publicUrl) && (await this.sessions.operatorOf(request))) return returnTo;
    if (!this.provider.isConfigured) return this.beginDevelopment(query.token, returnTo, request, reply);
    const { url, ...pending } = await this.oidc.begin();
    await this.transactions.store({ ...pending, returnTo }, request, reply);
    return url;
  }

  /**
   * Finishes the sign-in that {@link begin} started in the same browser. Resolves with the URL to redirect to.
   *
   * @throws {DomainError} the sign-in failed
   */
  async finish(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const { state } = request.query as { state?: unknown };
    const transaction = typeof state === 'string' ? await this.transactions.consume(state, request, reply) : undefined;
    if (!transaction) throw unknownSignIn();
    const signedIn = await this.oidc.finish(request.url, transaction).catch(async (error: unknown) => {
      throw await this.rejections.signIn(error, request);
    });
    await this.admit(signedIn, request, reply);
    const { returnTo } = transaction;
    if (signedIn.role || new URL(returnTo, this.server.publicUrl).pathname.endsWith(CONSENT)) return returnTo;
    await this.withoutRole(signedIn, reply);
    return NO_ROLE;
  }

  /** The values of the roles claim that gave this browser's last sign-in no role, for up to 15 minutes. */
  async seenRoleValues(request: FastifyRequest): Promise<readonly string[] | undefined> {
    const text = request.cookies[this.valuesCookie().name];
    const content = text === undefined ? undefined : await this.cookies.open(text, VALUES_COOKIE);
    return content?.['roleValues'] as readonly string[] | undefined;
  }

  private async withoutRole({ subject, roleValues = [] }: SignedIn, reply: FastifyReply): Promise<void> {
    this.rejections.withoutRole(subject, roleValues);
    const { name, options } = this.valuesCookie();
    reply.setCookie(name, await this.cookies.seal({ roleValues }, VALUES_COOKIE, VALUES_SECONDS), options);
  }

  private valuesCookie(): CookieOptions {
    return sealedCookie(this.server.publicUrl, VALUES_COOKIE, VALUES_SECONDS);
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
      await this.people.recordSignIn(signedIn, signedIn.role);
    } catch (error) {
      throw await this.rejections.signIn(error, request, by);
    }
    const { role = 'none', roleValues } = signedIn;
    const details = { role, ...(roleValues && { roleValues }) };
    await this.audit.record({ by, action: 'sign_in', outcome: signedIn.role ? 'done' : 'refused', details });
    await this.sessions.begin(signedIn, request, reply);
  }

  /** @throws {DomainError} it leads to another site */
  private returnTo(requested: unknown): string {
    if (typeof requested !== 'string' || requested === '') return HOME;
    const path = ownPath(requested, this.server.publicUrl);
    return path.length > MAX_RETURN_LENGTH ? HOME : path;
  }
}
