import { type OAuthClient, type PlaneOAuthTokenResponse } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { type PlaneConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { PlaneExchangeService } from './plane-exchange.service.js';
import { type Grant, grantOf, installationIn, type PlaneInstallation } from './plane-answers.js';
import { editionWithoutOAuth, PlaneError, planeNotConfigured } from './plane.error.js';
import { planeSdk, sdkAxios } from './plane-sdk.js';

/** No Plane has an installation of this id. */
const NO_INSTALLATION = '00000000-0000-4000-8000-000000000000';
const UNAUTHORIZED = 401;

/**
 * Plane's OAuth endpoints; without a connection, those of the one without a name. Every method throws a {@link PlaneError}
 * when the call fails, and `oauth_unavailable` for a Plane without OAuth apps.
 */
@Injectable()
export class PlaneOAuthService {
  private readonly clients = new Map<string, OAuthClient>();

  constructor(
    private readonly connections: PlaneConnections,
    private readonly exchange: PlaneExchangeService,
  ) {}

  /** The consent page. The SDK knows no scope, so it is added here (docs/plane.md §2). */
  consentUrl(state: string, connection = this.connections.default): string {
    const url = new URL(this.required(connection).getAuthorizationUrl('code', state));
    if (connection.mode === 'oauth' && connection.scopes) url.searchParams.set('scope', connection.scopes);
    return url.href.replace(/\+/g, '%20');
  }

  /** The grant `client_credentials`: a token of the app's bot in one workspace. */
  async mintBotToken(installationId: string, connection = this.connections.default): Promise<Grant> {
    return this.grant(connection, [], () => this.required(connection).getBotToken(installationId));
  }

  /** The grant `authorization_code`: the tokens of the user who consented. */
  async exchangeCode(code: Secret, connection = this.connections.default): Promise<Grant> {
    return this.grant(connection, [code], () => this.required(connection).exchangeCodeForToken(code.reveal()));
  }

  /** The grant `refresh_token`. Plane may replace the refresh token: the old one is void once Plane answers. */
  async refresh(refreshToken: Secret, connection = this.connections.default): Promise<Grant> {
    return this.grant(connection, [refreshToken], () =>
      this.required(connection).getRefreshToken(refreshToken.reveal()),
    );
  }

  /** Revokes an access or refresh token; one that Plane does not know counts as revoked (RFC 7009 §2.2). */
  async revoke(token: Secret, signal: AbortSignal, connection = this.connections.default): Promise<void> {
    if (connection.mode !== 'oauth' || !connection.app) throw planeNotConfigured();
    const { clientId, clientSecret } = connection.app;
    const body = { token: token.reveal(), client_id: clientId, client_secret: clientSecret.reveal() };
    const url = `${connection.baseUrl}/auth/o/revoke-token/`;
    // The SDK has no call for it.
    await this.exchange.run({ secrets: [token], signal }, () => sdkAxios().post(url, body));
  }

  /** Reads an installation with a bot's or a user's token; `undefined` where that token has no access to it. */
  async readInstallation(
    token: Secret,
    installationId: string,
    connection = this.connections.default,
  ): Promise<PlaneInstallation | undefined> {
    const call = (): Promise<unknown> =>
      this.required(connection).getAppInstallations(token.reveal(), encodeURIComponent(installationId));
    return installationIn(
      await this.exchange.run({ connectionId: connection.id, secrets: [token] }, call),
      installationId,
    );
  }

  /**
   * Whether Plane accepts the app's credentials. Asks for a token of an installation that cannot exist: the error code
   * answers it.
   *
   * @throws {PlaneError} Plane's answer says neither
   */
  async knowsApp(connection = this.connections.default): Promise<boolean> {
    try {
      await this.mintBotToken(NO_INSTALLATION, connection);
      return true;
    } catch (error) {
      if (!(error instanceof PlaneError)) throw error;
      if (error.planeCode === 'invalid_grant') return true;
      if (error.planeCode === 'invalid_client' || error.planeStatus === UNAUTHORIZED) return false;
      throw error;
    }
  }

  private async grant(
    { id: connectionId }: PlaneConnection,
    secrets: Secret[],
    call: () => Promise<PlaneOAuthTokenResponse>,
  ): Promise<Grant> {
    const askedAt = performance.now();
    return { ...grantOf(await this.exchange.run({ connectionId, secrets }, call)), askedAt };
  }

  private required(connection: PlaneConnection): OAuthClient {
    if (connection.mode === 'api-key') throw editionWithoutOAuth();
    const known = this.clients.get(connection.id);
    if (known) return known;
    const { app, baseUrl, redirectUri } = connection;
    if (!app) throw planeNotConfigured();
    const { clientId, clientSecret } = app;
    const options = { baseUrl, clientId, clientSecret: clientSecret.reveal(), redirectUri };
    const client = new (planeSdk().OAuthClient)(options);
    this.clients.set(connection.id, client);
    return client;
  }
}
