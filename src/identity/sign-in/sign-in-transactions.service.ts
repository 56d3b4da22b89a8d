import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { serverConfig } from '../../config/areas/server.config.js';
import { type CookieOptions, sealedCookie } from '../sessions/sealed-cookie.js';
import { SealedCookieService } from '../sessions/sealed-cookie.service.js';

/** A sign-in that was started in this browser. */
export interface SignInTransaction {
  readonly state: string;
  readonly nonce: string;
  /** For PKCE (RFC 7636). */
  readonly verifier: string;
  readonly returnTo: string;
}

const PURPOSE = 'sign-in';
const PREFIX = 'hangar-sign-in-';
/** Time limit of a sign-in at the identity provider. */
const LIFE_SECONDS = 900;
const NAME_HEX_DIGITS = 12;
/** Limits the size of the browser's `Cookie` header. */
const MAX_TRANSACTIONS = 8;

/** Pending sign-ins, each in its own cookie, so that two tabs do not interfere. */
@Injectable()
export class SignInTransactionsService {
  constructor(
    @Inject(serverConfig.KEY) private readonly config: ConfigType<typeof serverConfig>,
    private readonly cookies: SealedCookieService,
  ) {}

  /** Stores the sign-in in the browser. */
  async store(transaction: SignInTransaction, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { name, options } = this.cookie(transaction.state);
    const others = Object.keys(request.cookies).filter((other) => other.includes(PREFIX));
    if (others.length >= MAX_TRANSACTIONS)
      for (const other of others) reply.clearCookie(other, { ...options, maxAge: 0 });
    reply.setCookie(name, await this.cookies.seal({ ...transaction }, PURPOSE, LIFE_SECONDS), options);
  }

  /** Removes and returns the sign-in of a state; `undefined` if this browser has none, or it has expired. */
  async consume(state: string, request: FastifyRequest, reply: FastifyReply): Promise<SignInTransaction | undefined> {
    const { name, options } = this.cookie(state);
    const text = request.cookies[name];
    if (text === undefined) return undefined;
    reply.clearCookie(name, { ...options, maxAge: 0 });
    const content = await this.cookies.open(text, PURPOSE);
    if (content?.['state'] !== state) return undefined;
    const { nonce, verifier, returnTo } = content as Record<string, unknown>;
    return { state, nonce: String(nonce), verifier: String(verifier), returnTo: String(returnTo) };
  }

  private cookie(state: string): CookieOptions {
    const suffix = createHash('sha256').update(state).digest('hex').slice(0, NAME_HEX_DIGITS);
    return sealedCookie(this.config.publicUrl, `${PREFIX}${suffix}`, LIFE_SECONDS);
  }
}
