import { Injectable, Logger } from '@nestjs/common';
import { errors, type JWTPayload } from 'jose';
import { AuditService } from '../../audit/audit.service.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { LogoutTokensRepository } from './logout-tokens.repository.js';
import { logoutTokenRefused } from './back-channel.errors.js';
import { ProviderKeysService } from './provider-keys.service.js';
import { ProviderService } from './provider.service.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** A logout is sent when it happens; an older token was kept by somebody. */
const MAX_AGE_SECONDS = 300;
const REMEMBER_SECONDS = 2 * MAX_AGE_SECONDS;

/** Ends sessions when the identity provider says so (OpenID Connect Back-Channel Logout 1.0 §2.6). */
@Injectable()
export class BackChannelLogoutService {
  private readonly logger = new Logger(BackChannelLogoutService.name);

  constructor(
    private readonly config: HangarConfig,
    private readonly provider: ProviderService,
    private readonly keys: ProviderKeysService,
    private readonly used: LogoutTokensRepository,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
  ) {}

  /** @throws {DomainError} the token is not good, was used, or cannot be checked now */
  async logout(token: unknown, from: string): Promise<void> {
    if (typeof token !== 'string' || !this.provider.isConfigured) throw logoutTokenRefused('there is none');
    const { sub, sid, jti = '' } = await this.checked(token);
    const whose = { ...(sub !== undefined && { subject: sub }), ...(typeof sid === 'string' && { sid }) };
    const ended = await this.used.use(jti, REMEMBER_SECONDS, (transaction) =>
      this.sessions.endOthers(this.config.oidcIssuer ?? '', whose, transaction),
    );
    if (ended === undefined) throw logoutTokenRefused('it was used before');
    this.logger.log({ msg: 'sessions ended by the identity provider', ended });
    const by = { kind: 'server', id: 'identity provider', from } as const;
    const target = sub === undefined ? {} : { target: `person/${sub}` };
    await this.audit.record({
      by,
      action: 'sign_out',
      ...target,
      outcome: 'done',
      details: { sessions: ended },
    });
  }

  private async checked(token: string): Promise<JWTPayload> {
    const claims = await this.signed(token);
    const { events, nonce, sub, sid, jti } = claims;
    const isLogout = typeof events === 'object' && events !== null && EVENT in events;
    if (!isLogout) throw logoutTokenRefused('it tells of no logout');
    if (nonce !== undefined) throw logoutTokenRefused('it has a nonce, as an id token has');
    if (typeof jti !== 'string') throw logoutTokenRefused('its id is no text');
    if (sub === undefined && typeof sid !== 'string')
      throw logoutTokenRefused('it names neither sub nor sid');
    return claims;
  }

  private async signed(token: string): Promise<JWTPayload> {
    try {
      return await this.keys.verify(token, {
        audience: this.config.oidcClientId ?? '',
        maxTokenAge: MAX_AGE_SECONDS,
        requiredClaims: ['iat', 'exp', 'jti', 'events'],
      });
    } catch (error) {
      if (error instanceof errors.JOSEError) throw logoutTokenRefused(`it does not hold (${error.code})`);
      throw error;
    }
  }
}
