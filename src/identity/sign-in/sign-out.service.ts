import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { buildEndSessionUrl } from 'openid-client';
import { AuditService } from '../../audit/audit.service.js';
import { type Secret } from '../../common/secret.js';
import { withTimeout } from '../../common/with-timeout.js';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { providerUnreachable } from '../oidc/provider.errors.js';
import { ProviderService } from '../oidc/provider.service.js';
import { actorOf, type Operator } from '../operator.js';
import { SessionsService } from '../sessions/sessions.service.js';

const SIGNED_OUT = '/console/signed-out';
/** Pages need the origin, and must not wait for a provider that does not respond. */
const TIMEOUT_MS = 1000;
const RETRY_INTERVAL_MS = 30_000;

/** Signs people out, here and at the identity provider (OpenID Connect RP-Initiated Logout 1.0). */
@Injectable()
export class SignOutService {
  private retryAt = 0;

  constructor(
    @Inject(operatorsConfig.KEY) private readonly operators: ConfigType<typeof operatorsConfig>,
    @Inject(serverConfig.KEY) private readonly server: ConfigType<typeof serverConfig>,
    private readonly provider: ProviderService,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
  ) {}

  /** Ends the session. Resolves with the URL to redirect to. */
  async signOut(operator: Operator, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const idToken = await this.sessions.end(request, reply);
    await this.audit.record({ by: actorOf(operator), action: 'sign_out', outcome: 'done' });
    if (!this.provider.isConfigured) return SIGNED_OUT;
    return (await this.endSessionUrl(idToken)) ?? `${SIGNED_OUT}?provider=lasts`;
  }

  /** The origin that a sign-out redirects to; pages with its form must allow it in `form-action`. */
  async signOutOrigin(): Promise<string | undefined> {
    if (!this.provider.isConfigured || Date.now() < this.retryAt) return undefined;
    try {
      const configuration = await withTimeout(TIMEOUT_MS, this.provider.configuration(), providerUnreachable);
      return originOf(configuration.serverMetadata().end_session_endpoint);
    } catch {
      this.retryAt = Date.now() + RETRY_INTERVAL_MS;
      return undefined;
    }
  }

  /** Why the session at the provider has not ended, for the page after a sign-out. */
  whyProviderLasts(provider: unknown): string | undefined {
    return provider === 'lasts'
      ? 'The identity provider offers no sign-out now: your session there may still be active. Sign out there too.'
      : undefined;
  }

  private async endSessionUrl(idToken: Secret | undefined): Promise<string | undefined> {
    try {
      const configuration = await this.provider.configuration();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      return buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: `${this.server.publicUrl}${SIGNED_OUT}`,
        client_id: this.operators.oidcClientId ?? '',
        ...(idToken && { id_token_hint: idToken.reveal() }),
      }).href;
    } catch {
      return undefined; // the session here has ended; that must not fail
    }
  }
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).origin;
}
