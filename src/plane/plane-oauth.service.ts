import { OAuthClient, type PlaneOAuthTokenResponse } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { type Secret } from '../common/secret.js';
import { HangarConfig } from '../config/hangar-config.js';
import { PlaneExchangeService } from './plane-exchange.service.js';
import { type Grant, grantOf, installationOf, type PlaneInstallation } from './plane-answers.js';

/** Plane's OAuth endpoints. Every method throws a `PlaneError` when the call fails. */
@Injectable()
export class PlaneOAuthService {
  private readonly client: OAuthClient | undefined;

  constructor(
    private readonly config: HangarConfig,
    private readonly exchange: PlaneExchangeService,
  ) {
    const {
      planeBaseUrl: baseUrl,
      planeClientId: clientId,
      planeClientSecret,
      planeRedirectUri: redirectUri,
    } = config;
    if (clientId && planeClientSecret)
      this.client = new OAuthClient({
        baseUrl,
        clientId,
        clientSecret: planeClientSecret.reveal(),
        redirectUri,
      });
  }

  /** The consent page. The SDK knows no scope, so it is added here (contract §2). */
  consentUrl(state: string): string {
    const url = new URL(this.required().getAuthorizationUrl('code', state));
    if (this.config.planeScopes) url.searchParams.set('scope', this.config.planeScopes);
    return url.href.replace(/\+/g, '%20');
  }

  /** The grant `client_credentials`: a token of the app's bot in one workspace. */
  async mintBotToken(installationId: string): Promise<Grant> {
    return grantOf(await this.exchange.run({}, () => this.required().getBotToken(installationId)));
  }

  /** The grant `authorization_code`: the tokens of the user who consented. */
  async exchangeCode(code: Secret): Promise<Grant> {
    const call = (): Promise<PlaneOAuthTokenResponse> => this.required().exchangeCodeForToken(code.reveal());
    return grantOf(await this.exchange.run({ secrets: [code] }, call));
  }

  /** The grant `refresh_token`. Treat the refresh token as dead once it answers. */
  async refresh(refreshToken: Secret): Promise<Grant> {
    const call = (): Promise<PlaneOAuthTokenResponse> =>
      this.required().getRefreshToken(refreshToken.reveal());
    return grantOf(await this.exchange.run({ secrets: [refreshToken] }, call));
  }

  /** Reads an installation with a bot's or a user's token. */
  async readInstallation(token: Secret, installationId: string): Promise<PlaneInstallation> {
    const call = (): Promise<unknown> =>
      this.required().getAppInstallations(token.reveal(), encodeURIComponent(installationId));
    return installationOf(await this.exchange.run({ secrets: [token] }, call));
  }

  private required(): OAuthClient {
    if (this.client) return this.client;
    throw new DomainError({
      code: 'plane_not_configured',
      title: 'Plane is not configured',
      detail: 'PLANE_CLIENT_ID and PLANE_CLIENT_SECRET are not set.',
      status: 503,
    });
  }
}
