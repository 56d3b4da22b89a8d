import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  customFetch,
  discovery,
  None,
} from 'openid-client';
import { type Secret } from '../../common/secret.js';
import { RateLimitedLogger } from '../../common/rate-limited-logger.js';
import { SingleFlight } from '../../common/single-flight.js';
import { networkConfig } from '../../config/areas/network.config.js';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { providerUnusable } from './provider.errors.js';
import { failureCode, providerFailure } from './provider-failure.js';
import { PROVIDER_TIMEOUT_SECONDS, ProviderNetwork } from './provider-network.js';

/** The provider's metadata may change: endpoints move, a logout is added. */
const FRESH_MS = 3_600_000;
const LOG_INTERVAL_MS = 10_000;
/** After a failure, calls fail with the same error for this long. */
const FAILED_MS = 1000;
const RETRY_INTERVAL_MS = 60_000;
/** A provider that responded this recently is taken as available. */
const REACHED_MS = 2000;

/** The identity provider's metadata (OpenID Connect Discovery): loaded on first use, refreshed every hour. */
@Injectable()
export class ProviderService implements OnApplicationShutdown {
  readonly network: ProviderNetwork;
  private readonly logger = new RateLimitedLogger(ProviderService.name, LOG_INTERVAL_MS);
  private readonly discovery = new SingleFlight(() => this.load(), 2 * PROVIDER_TIMEOUT_SECONDS * 1000);
  private known: Configuration | undefined;
  private refreshAt = 0;
  private reachedAt = 0;
  private failed: { readonly failure: Error; readonly until: number } | undefined;

  constructor(
    @Inject(networkConfig.KEY) networkSettings: ConfigType<typeof networkConfig>,
    @Inject(operatorsConfig.KEY) private readonly operators: ConfigType<typeof operatorsConfig>,
    @Inject(serverConfig.KEY) private readonly server: ConfigType<typeof serverConfig>,
  ) {
    this.network = new ProviderNetwork(networkSettings);
  }

  /** Whether an identity provider is configured. */
  get isConfigured(): boolean {
    return this.operators.oidcIssuer !== undefined;
  }

  /** The metadata, possibly stale. @throws {DomainError} there is none, and the provider does not respond */
  async configuration(): Promise<Configuration> {
    if (this.known && Date.now() < this.refreshAt) return this.known;
    return this.refresh().catch((error: unknown) => {
      if (!this.known) throw error;
      this.refreshAt = Date.now() + RETRY_INTERVAL_MS;
      return this.known;
    });
  }

  /** The metadata of a provider that responds now. @throws {DomainError} it does not respond */
  async reached(): Promise<Configuration> {
    return this.known && Date.now() < this.reachedAt + REACHED_MS ? this.known : this.refresh();
  }

  /** Closed last: requests in flight may still call the provider. */
  async onApplicationShutdown(): Promise<void> {
    await this.network.close();
  }

  private async refresh(): Promise<Configuration> {
    if (this.failed && Date.now() < this.failed.until) throw this.failed.failure;
    return this.discovery.run();
  }

  private async load(): Promise<Configuration> {
    try {
      this.known = await this.discover();
      this.reachedAt = Date.now();
      this.refreshAt = this.reachedAt + FRESH_MS;
      return this.known;
    } catch (error) {
      const failure = providerFailure(error, this.operators.oidcIssuer);
      this.failed = { failure, until: Date.now() + FAILED_MS };
      const [msg, code] = ['the identity provider cannot be used', failureCode(error)];
      this.logger.warn({ msg, code, why: failure.message });
      throw failure;
    }
  }

  private async discover(): Promise<Configuration> {
    const { oidcIssuer, oidcClientId, oidcClientSecret } = this.operators;
    const { production } = this.server;
    if (oidcIssuer === undefined || oidcClientId === undefined) throw providerUnusable('OIDC_ISSUER is not set');
    return discovery(new URL(oidcIssuer), oidcClientId, undefined, clientAuth(oidcClientSecret), {
      [customFetch]: this.network.fetch,
      timeout: PROVIDER_TIMEOUT_SECONDS,
      // In production the configuration accepts https addresses only.
      execute: production ? [] : [allowInsecureRequests],
    });
  }
}

/** The client secret goes into the body if the provider supports that, else into a header (the default, Discovery §3). */
function clientAuth(secret: Secret | undefined): ClientAuth {
  if (!secret) return None();
  const [post, basic] = [ClientSecretPost(secret.reveal()), ClientSecretBasic(secret.reveal())];
  return (server, client, body, headers) => {
    const takesPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_post');
    return (takesPost ? post : basic)(server, client, body, headers);
  };
}
