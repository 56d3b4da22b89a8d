import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type EntityManager } from 'typeorm';
import { type Secret } from '../../common/secret.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { DEVELOPER } from '../access/developer.js';
import { personDisabled } from '../identity.errors.js';
import { type Operator } from '../operator.js';
import { type OperatorRole } from '../operator-role.js';
import { type Profile } from '../profile.js';
import { SealedCookieService } from './sealed-cookie.service.js';
import { type CookieOptions, sealedCookie } from './sealed-cookie.js';
import { SessionVaultService } from './session-vault.service.js';
import { type FoundSession, SessionsRepository } from './sessions.repository.js';

/** Who signs in, and what the provider's sign-out will ask for. */
export interface SignedIn extends Profile {
  readonly role: OperatorRole | undefined;
  /** The provider's session (OpenID Connect Back-Channel Logout §2.1). */
  readonly sid?: string;
  readonly idToken?: Secret;
}

/** The cookie of a session, without the prefix that it has on https. */
export const SESSION_COOKIE = 'hangar-session';
const PURPOSE = 'console-session';
const ID_BYTES = 32;
const SECONDS_A_MINUTE = 60;
const SECONDS_AN_HOUR = 3600;
/** The last use is written down at most so often, and four times within the idle limit. */
const SEEN_EVERY_SECONDS = 60;

/** Browsers that are signed in. The rows lie in the database, so that any process serves any session. */
@Injectable()
export class SessionsService {
  private readonly idleSeconds: number;
  private readonly maxSeconds: number;

  constructor(
    private readonly config: HangarConfig,
    private readonly sessions: SessionsRepository,
    private readonly vault: SessionVaultService,
    private readonly cookies: SealedCookieService,
  ) {
    this.idleSeconds = config.sessionIdleMinutes * SECONDS_A_MINUTE;
    this.maxSeconds = config.sessionMaxHours * SECONDS_AN_HOUR;
  }

  /**
   * Begins a session under an id that nobody has seen, and ends the browser's one before.
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

  /** Who is signed in in the browser that sends the request. */
  async operatorOf(request: FastifyRequest): Promise<Operator | undefined> {
    const session = await this.find(request);
    if (!session) return undefined;
    if (session.stale && !isWatching(request)) await this.sessions.touch(session.idHash);
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

  /** Ends the browser's session. Resolves with its id token, where it has one that can be read. */
  async end(request: FastifyRequest, reply: FastifyReply): Promise<Secret | undefined> {
    const { name, options } = this.cookie();
    const session = await this.endOf(request);
    reply.clearCookie(name, { ...options, maxAge: 0 });
    if (!session?.idToken) return undefined;
    return this.vault.open(session.idHash, session.idToken).catch(() => undefined);
  }

  /** Ends all sessions of a subject, or one of the provider's sessions. Resolves with how many. */
  async endOthers(
    issuer: string,
    whose: { subject?: string; sid?: string },
    transaction?: EntityManager,
  ): Promise<number> {
    return this.sessions.deleteOf(issuer, whose, transaction);
  }

  /** Deletes some sessions past their limits. Resolves with how many. */
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
    const seenEvery = Math.min(SEEN_EVERY_SECONDS, this.idleSeconds / 4);
    return this.sessions.find(hash(id), this.issuer, this.idleSeconds, seenEvery);
  }

  /** Sessions of another one, as of the development token, do not count any more once this one is configured. */
  private get issuer(): string {
    return this.config.oidcIssuer ?? DEVELOPER.issuer;
  }

  private cookie(): CookieOptions {
    return sealedCookie(this.config.publicUrl, SESSION_COOKIE, this.maxSeconds);
  }
}

/** A live page asks by itself for as long as it is open: nobody needs to sit before it. */
function isWatching({ headers }: FastifyRequest): boolean {
  return headers.accept === 'text/event-stream';
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
