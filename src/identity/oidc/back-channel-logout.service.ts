import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { errors, type JWTPayload } from 'jose';
import { AuditService } from '../../audit/audit.service.js';
import { postgresText } from '../../common/postgres-text.js';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { logoutTokenRefused } from '../identity.errors.js';
import { isSubject, storedIssuer } from '../profile.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { claimText } from './claim-text.js';
import { ProviderKeysService } from './provider-keys.service.js';
import { ProviderService } from './provider.service.js';
import { rejectionReason } from './token-rejection.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/**
 * A provider sends the token when the logout happens: an older one is a replay. This, `iat` and `jti` bound a token also
 * without `exp`, which providers omit that implement a draft of the specification; `exp` is checked where it is present.
 */
const MAX_AGE_SECONDS = 300;
const REMEMBER_SECONDS = 2 * MAX_AGE_SECONDS;

/** What a valid logout token says; one of subject and session is there. */
interface LogoutClaims {
  readonly jti: string;
  readonly subject?: string;
  readonly sid?: string;
}

/** Ends sessions when the identity provider reports a logout (OpenID Connect Back-Channel Logout 1.0 §2.6). */
@Injectable()
export class BackChannelLogoutService {
  private readonly logger = new Logger(BackChannelLogoutService.name);

  constructor(
    @Inject(operatorsConfig.KEY) private readonly config: ConfigType<typeof operatorsConfig>,
    private readonly provider: ProviderService,
    private readonly keys: ProviderKeysService,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
  ) {}

  /** @throws {DomainError} the token is invalid, was already used, or cannot be verified now */
  async logout(token: unknown, from: string): Promise<void> {
    if (typeof token !== 'string' || !this.provider.isConfigured) throw logoutTokenRefused('it is missing');
    const { subject, sid, jti } = await this.validate(token);
    const selector = { ...(subject !== undefined && { subject }), ...(sid !== undefined && { sid }) };
    const issuer = storedIssuer(this.config.oidcIssuer);
    const ended = await this.sessions.endByLogoutToken(jti, REMEMBER_SECONDS, issuer, selector);
    if (ended === undefined) throw logoutTokenRefused('it was already used');
    this.logger.log({ msg: 'sessions ended by the identity provider', ended });
    const by = { kind: 'server', id: 'identity provider', from } as const;
    const target = subject === undefined ? {} : { target: `person/${subject}` };
    await this.audit.record({
      by,
      action: 'sign_out',
      ...target,
      outcome: 'done',
      details: { sessions: ended },
    });
  }

  private async validate(token: string): Promise<LogoutClaims> {
    const { events, nonce, sub: subject, sid: rawSid, jti } = await this.verify(token);
    const sid = claimText(rawSid);
    const isLogout = typeof events === 'object' && events !== null && EVENT in events;
    if (!isLogout) throw logoutTokenRefused('it contains no logout event');
    if (nonce !== undefined) throw logoutTokenRefused('it has a nonce, as an id token has');
    if (typeof jti !== 'string') throw logoutTokenRefused('its claim jti is not a string');
    if (subject !== undefined && !isSubject(subject))
      throw logoutTokenRefused('its claim sub is not 1 to 255 printable ASCII characters');
    if (rawSid !== undefined && !isStorable(rawSid)) throw logoutTokenRefused('its claim sid is not a text');
    if (subject === undefined && sid === undefined) throw logoutTokenRefused('it names neither sub nor sid');
    return { jti, ...(subject !== undefined && { subject }), ...(sid !== undefined && { sid }) };
  }

  private async verify(token: string): Promise<JWTPayload> {
    try {
      return await this.keys.verify(token, {
        audience: this.config.oidcClientId ?? '',
        maxTokenAge: MAX_AGE_SECONDS,
        requiredClaims: ['iat', 'jti', 'events'],
      });
    } catch (error) {
      if (error instanceof errors.JOSEError) throw logoutTokenRefused(rejectionReason(error, 'OIDC_CLIENT_ID'));
      throw error;
    }
  }
}

function isStorable(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && postgresText(value) === value;
}
