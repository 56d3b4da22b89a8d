import { type OAuthClient, type PlaneOAuthTokenResponse } from '@makeplane/plane-node-sdk';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type Secret } from '../common/secret.js';
import { planeConfig } from '../config/areas/plane.config.js';
import { PlaneExchangeService } from './plane-exchange.service.js';
import { type Grant, grantOf, installationIn, type PlaneInstallation } from './plane-answers.js';
import { PlaneError, planeNotConfigured } from './plane.error.js';
import { planeSdk } from './plane-sdk.js';

/** No Plane has an installation of this id. */
const NO_INSTALLATION = '00000000-0000-4000-8000-000000000000';
const UNAUTHORIZED = 401;

/** Plane's OAuth endpoints. Every method throws a {@link PlaneError} when the call fails. */
@Injectable()
export class PlaneOAuthService {
  private client: OAuthClient | undefined;

  constructor(
    @Inject(planeConfig.KEY) private readonly config: ConfigType<typeof planeConfig>,
    private readonly exchange: PlaneExchangeService,
  ) {}

  /** The consent page. The SDK knows no scope, so it is added here (docs/plane.md §2). */
  consentUrl(state: string): string {
    const url = new URL(this.required().getAuthorizationUrl('code', state));
    if (this.config.planeScopes) url.searchParams.set('scope', this.config.planeScopes);
    return url.href.replace(/\+/g, '%20');
  }

  /** The grant `client_credentials`: a token of the app's bot in one workspace. */
  async mintBotToken(installationId: string): Promise<Grant> {
    const call = (): Promise<PlaneOAuthTokenResponse> => this.required().getBotToken(installationId);
    return this.grant([], call);
  }

  /** The grant `authorization_code`: the tokens of the user who consented. */
  async exchangeCode(code: Secret): Promise<Grant> {
    const call = (): Promise<PlaneOAuthTokenResponse> => this.required().exchangeCodeForToken(code.reveal());
    return this.grant([code], call);
  }

  /** The grant `refresh_token`. Plane may replace the refresh token: the old one is void once Plane answers. */
  async refresh(refreshToken: Secret): Promise<Grant> {
    const call = (): Promise<PlaneOAuthTokenResponse> => this.required().getRefreshToken(refreshToken.reveal());
    return this.grant([refreshToken], call);
  }

  /** Reads an installation with a bot's or a user's token; `undefined` where that token has no access to it. */
  async readInstallation(token: Secret, installationId: string): Promise<PlaneInstallation | undefined> {
    const call = (): Promise<unknown> =>
      this.required().getAppInstallations(token.reveal(), encodeURIComponent(installationId));
    return installationIn(await this.exchange.run({ secrets: [token] }, call), installationId);
  }

  /**
   * Whether Plane accepts the app's credentials. Asks for a token of an installation that cannot exist: the error code
   * answers it.
   *
   * @throws {PlaneError} Plane's answer says neither
   */
  async knowsApp(): Promise<boolean> {
    try {
      await this.mintBotToken(NO_INSTALLATION);
      return true;
    } catch (error) {
      if (!(error instanceof PlaneError)) throw error;
      if (error.planeCode === 'invalid_grant') return true;
      if (error.planeCode === 'invalid_client' || error.planeStatus === UNAUTHORIZED) return false;
      throw error;
    }
  }

  private async grant(secrets: Secret[], call: () => Promise<PlaneOAuthTokenResponse>): Promise<Grant> {
    const askedAt = performance.now();
    return { ...grantOf(await this.exchange.run({ secrets }, call)), askedAt };
  }

  private required(): OAuthClient {
    this.client ??= this.newClient();
    if (this.client) return this.client;
    throw planeNotConfigured();
  }

  private newClient(): OAuthClient | undefined {
    const {
      planeBaseUrl: baseUrl,
      planeClientId: clientId,
      planeClientSecret,
      planeRedirectUri: redirectUri,
    } = this.config;
    if (!clientId || !planeClientSecret) return undefined;
    const clientSecret = planeClientSecret.reveal();
    return new (planeSdk().OAuthClient)({ baseUrl, clientId, clientSecret, redirectUri });
  }
}
