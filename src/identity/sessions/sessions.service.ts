import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type EntityManager } from 'typeorm';
import { type Secret } from '../../common/secret.js';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { type Profile, storedIssuer } from '../profile.js';
import { personDisabled } from '../identity.errors.js';
import { type Operator } from '../operator.js';
import { type OperatorRole } from '../operator-role.js';
import { LogoutTokensRepository } from './logout-tokens.repository.js';
import { SealedCookieService } from './sealed-cookie.service.js';
import { type CookieOptions, sealedCookie } from './sealed-cookie.js';
import { SessionVaultService } from './session-vault.service.js';
import { type FoundSession, type SessionSelector, SessionsRepository } from './sessions.repository.js';

/** A completed sign-in, with what a sign-out at the provider needs. */
export interface SignedIn extends Profile {
  readonly role: OperatorRole | undefined;
  /** Without a role: values of the roles claim, to show. */
  readonly roleValues?: readonly string[];
  /** The session at the provider (OpenID Connect Back-Channel Logout §2.1). */
  readonly sid?: string;
  readonly idToken?: Secret;
}

/** The name of the session cookie, without the prefix that it has on https. */
export const SESSION_COOKIE = 'hangar-session';
const PURPOSE = 'console-session';
const ID_BYTES = 32;
const SECONDS_A_MINUTE = 60;
const SECONDS_AN_HOUR = 3600;
/** The last use is recorded once in this interval, or in a quarter of the idle limit if that is shorter. */
const TOUCH_INTERVAL_SECONDS = 60;

/** The sessions of the console, stored in the database, so that any process serves any session. */
@Injectable()
export class SessionsService {
  private readonly idleSeconds: number;
  private readonly maxSeconds: number;

  constructor(
    @Inject(operatorsConfig.KEY) private readonly operators: ConfigType<typeof operatorsConfig>,
    @Inject(serverConfig.KEY) private readonly server: ConfigType<typeof serverConfig>,
    private readonly sessions: SessionsRepository,
    private readonly logoutTokens: LogoutTokensRepository,
    private readonly vault: SessionVaultService,
    private readonly cookies: SealedCookieService,
  ) {
    this.idleSeconds = operators.sessionIdleMinutes * SECONDS_A_MINUTE;
    this.maxSeconds = operators.sessionMaxHours * SECONDS_AN_HOUR;
  }

  /**
   * Creates a session with a new id, and ends the browser's previous one.
   *
   * @throws {DomainError} `person_disabled`
   */
  async begin(signedIn: SignedIn, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const id = randomBytes(ID_BYTES).toString('base64url');
    const idHash = hash(id);
    const { issuer, subject, sid = null, name = null, email = null, role = null, idToken } = signedIn;
    const sealed = idToken ? await this.vault.seal(idHash, idToken) : null;
    const csrfToken = randomBytes(ID_BYTES).toString('base64url');
    const row = { idHash, issuer, subject, sid, name, email, role, idToken: sealed, csrfToken };
    if (!(await this.sessions.insert(row, this.maxSeconds))) throw personDisabled();
    await this.endOf(request);
    const { name: cookieName, options } = this.cookie();
    reply.setCookie(cookieName, await this.cookies.seal({ id }, PURPOSE, this.maxSeconds), options);
  }

  /** The operator of the request's session. */
  async operatorOf(request: FastifyRequest): Promise<Operator | undefined> {
    const session = await this.find(request);
    if (!session) return undefined;
    if (session.stale && !isEventStream(request)) await this.sessions.touch(session.idHash);
    const { issuer, subject, name, email, role, csrfToken } = session;
    return {
      kind: 'person',
      issuer,
      subject,
      ...(name !== null && { name }),
      ...(email !== null && { email }),
      role: role ?? undefined,
      csrfToken,
      from: request.ip,
    };
  }

  /** Ends the browser's session. Resolves with its id token, if it has one that can be decrypted. */
  async end(request: FastifyRequest, reply: FastifyReply): Promise<Secret | undefined> {
    const { name, options } = this.cookie();
    const session = await this.endOf(request);
    reply.clearCookie(name, { ...options, maxAge: 0 });
    if (!session?.idToken) return undefined;
    return this.vault.open(session.idHash, session.idToken).catch(() => undefined);
  }

  /** Ends all sessions of a subject. Resolves with their number. */
  async endOthers(issuer: string, subject: string, transaction: EntityManager): Promise<number> {
    return this.sessions.deleteOf(issuer, { subject }, transaction);
  }

  /**
   * Ends the sessions that a logout token names, once for each token: all of a subject, or those of one session at the
   * provider. Resolves with their number, or `undefined` if the token was already used.
   */
  async endByLogoutToken(
    tokenId: string,
    rememberSeconds: number,
    issuer: string,
    selector: SessionSelector,
  ): Promise<number | undefined> {
    return this.logoutTokens.use(tokenId, rememberSeconds, (transaction) =>
      this.sessions.deleteOf(issuer, selector, transaction),
    );
  }

  /** Ends the sessions of one session at the provider. Resolves with their number. */
  async endOfProvider(sid: string): Promise<number> {
    return this.sessions.deleteOf(this.issuer, { sid });
  }

  /**
   * Ends the browser's session, unless it is another one at the provider. Resolves with the number of ended sessions.
   *
   * @param sid the session at the provider, if it is known
   */
  async endOfBrowser(request: FastifyRequest, sid: string | undefined): Promise<number> {
    const session = await this.find(request);
    if (!session || (sid !== undefined && session.sid !== null)) return 0;
    await this.sessions.delete(session.idHash);
    return 1;
  }

  /** Deletes up to `limit` expired sessions. Resolves with their number. */
  async deleteOld(limit: number): Promise<number> {
    return this.sessions.deleteOld(limit, this.idleSeconds);
  }

  private async endOf(request: FastifyRequest): Promise<FoundSession | undefined> {
    const session = await this.find(request);
    if (session) await this.sessions.delete(session.idHash);
    return session;
  }

  private async find(request: FastifyRequest): Promise<FoundSession | undefined> {
    const text = request.cookies[this.cookie().name];
    const content = text === undefined ? undefined : await this.cookies.open(text, PURPOSE);
    const id = content?.['id'];
    if (typeof id !== 'string') return undefined;
    const touchSeconds = Math.min(TOUCH_INTERVAL_SECONDS, this.idleSeconds / 4);
    return this.sessions.find(hash(id), this.issuer, this.idleSeconds, touchSeconds);
  }

  /** Sessions of another issuer, or of the development token, are invalid once this issuer is configured. */
  private get issuer(): string {
    return storedIssuer(this.operators.oidcIssuer);
  }

  private cookie(): CookieOptions {
    return sealedCookie(this.server.publicUrl, SESSION_COOKIE, this.maxSeconds);
  }
}

/** A live page's event stream is no sign of activity: it reconnects by itself while the page is open. */
function isEventStream({ headers }: FastifyRequest): boolean {
  return headers.accept === 'text/event-stream';
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
