import { createHash } from 'node:crypto';
import { type CookieSerializeOptions } from '@fastify/cookie';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { cookieName, cookiePath } from '../common/cookie-name.js';
import { serverConfig } from '../config/areas/server.config.js';
import { SealedCookieService } from '../identity/sessions/sealed-cookie.service.js';
import { OAUTH_FLOWS, type PendingConsent } from './pending-consent.js';
import { STATE_LIFE_SECONDS } from './state-codec.js';

const PURPOSE = 'oauth-consent';
const PREFIX = 'hangar-oauth-';
const NAME_HEX_DIGITS = 12;
/** Limits the size of the browser's `Cookie` header. */
const MAX_PENDING = 8;
/** The value of such a cookie before release 0.2, whose consents are rows. */
const UNSEALED = /^[\w-]{43}$/;

/** Pending consents, each in a sealed cookie of the browser that started it, so that two tabs do not interfere. */
@Injectable()
export class ConsentCookiesService {
  private readonly options: CookieSerializeOptions & { readonly path: string };

  constructor(
    @Inject(serverConfig.KEY) private readonly config: ConfigType<typeof serverConfig>,
    private readonly cookies: SealedCookieService,
  ) {
    this.options = {
      httpOnly: true,
      sameSite: 'lax',
      path: cookiePath(config.publicUrl, '/oauth'),
      secure: config.publicUrl.startsWith('https:'),
      maxAge: STATE_LIFE_SECONDS,
    };
  }

  /** Stores the consent in the browser. Many others that are pending there are dropped. */
  async store(state: string, consent: PendingConsent, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const others = Object.keys(request.cookies).filter((name) => name.includes(PREFIX));
    if (others.length >= MAX_PENDING)
      for (const other of others) reply.clearCookie(other, { ...this.options, maxAge: 0 });
    const sealed = await this.cookies.seal({ ...consent, state }, PURPOSE, STATE_LIFE_SECONDS);
    reply.setCookie(this.nameOf(state, this.options.path), sealed, this.options);
  }

  /** The consent that this browser started with that state; `undefined` where it started none, or it has expired. */
  async read(state: string, request: FastifyRequest): Promise<PendingConsent | undefined> {
    const sealed = request.cookies[this.nameOf(state, this.options.path)];
    const content = sealed === undefined ? undefined : await this.cookies.open(sealed, PURPOSE);
    const flow = OAUTH_FLOWS.find((each) => each === content?.['flow']);
    if (!flow || content?.['state'] !== state) return undefined;
    const { returnTo, subject, request: requestId, connection } = content;
    return {
      flow,
      ...(typeof connection === 'string' && { connection }),
      ...(typeof returnTo === 'string' && { returnTo }),
      ...(typeof subject === 'string' && { subject }),
      ...(typeof requestId === 'string' && { request: requestId }),
    };
  }

  /** The browser's part of a consent that was started before release 0.2; empty where it sent none. */
  unsealed(state: string, request: FastifyRequest): string {
    const value = request.cookies[this.nameOf(state, '/')] ?? '';
    return UNSEALED.test(value) ? value : '';
  }

  private nameOf(state: string, path: string): string {
    const suffix = createHash('sha256').update(state).digest('hex').slice(0, NAME_HEX_DIGITS);
    return cookieName(this.config.publicUrl, `${PREFIX}${suffix}`, path);
  }
}
