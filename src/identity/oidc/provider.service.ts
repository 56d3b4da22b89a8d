import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
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
import { Throttle } from '../../common/throttle.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { failureCode, providerFailure, providerUnusable } from './provider.errors.js';
import { PROVIDER_TIMEOUT_SECONDS, ProviderNetwork } from './provider-network.js';

/** What a provider says of itself may change: endpoints that move, a new logout. */
const FRESH_MS = 3_600_000;
const LOG_INTERVAL_MS = 10_000;
/** A provider in trouble is not asked more often. */
const FAILED_MS = 1000;
const RETRY_INTERVAL_MS = 60_000;
/** A provider that answered so lately will show its page to a browser. */
const REACHED_MS = 2000;

/** What the identity provider says of itself: asked when it is needed first, kept, asked again once an hour. */
@Injectable()
export class ProviderService implements OnApplicationShutdown {
  readonly network: ProviderNetwork;
  private readonly logger = new Logger(ProviderService.name);
  private readonly warnings = new Throttle(LOG_INTERVAL_MS);
  private known: Configuration | undefined;
  private lookAgainAt = 0;
  private reachedAt = 0;
  private failed: { readonly failure: Error; readonly until: number } | undefined;
  private looking: Promise<Configuration> | undefined;

  constructor(private readonly config: HangarConfig) {
    this.network = new ProviderNetwork(config);
  }

  /** Whether there is one to ask. */
  get isConfigured(): boolean {
    return this.config.oidcIssuer !== undefined;
  }

  /** What is known, be it old. @throws {DomainError} nothing is, and the provider does not answer */
  async configuration(): Promise<Configuration> {
    if (this.known && Date.now() < this.lookAgainAt) return this.known;
    return this.shared().catch((error: unknown) => {
      if (!this.known) throw error;
      this.lookAgainAt = Date.now() + RETRY_INTERVAL_MS;
      return this.known;
    });
  }

  /** The same of a provider that answers now. @throws {DomainError} it does not */
  async reached(): Promise<Configuration> {
    return this.known && Date.now() < this.reachedAt + REACHED_MS ? this.known : this.shared();
  }

  /** Requests that are under way may still ask it. */
  async onApplicationShutdown(): Promise<void> {
    await this.network.close();
  }

  /** Who asks at the same moment shares one look. */
  private async shared(): Promise<Configuration> {
    if (this.failed && Date.now() < this.failed.until) throw this.failed.failure;
    this.looking ??= this.ask().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async ask(): Promise<Configuration> {
    try {
      this.known = await this.discover();
      this.reachedAt = Date.now();
      this.lookAgainAt = this.reachedAt + FRESH_MS;
      return this.known;
    } catch (error) {
      const failure = providerFailure(error);
      this.failed = { failure, until: Date.now() + FAILED_MS };
      if (this.warnings.tryAcquire())
        this.logger.warn({
          msg: 'the identity provider cannot be used',
          code: failureCode(error),
          why: failure.message,
        });
      throw failure;
    }
  }

  private async discover(): Promise<Configuration> {
    const { oidcIssuer, oidcClientId, oidcClientSecret, production } = this.config;
    if (oidcIssuer === undefined || oidcClientId === undefined)
      throw providerUnusable('OIDC_ISSUER is not set');
    return discovery(new URL(oidcIssuer), oidcClientId, undefined, clientAuth(oidcClientSecret), {
      [customFetch]: this.network.fetch,
      timeout: PROVIDER_TIMEOUT_SECONDS,
      // The configuration refuses http addresses in production.
      execute: production ? [] : [allowInsecureRequests],
    });
  }
}

/** As the provider takes it: in the body, else in a header (what a provider that names no method takes, Discovery §3). */
function clientAuth(secret: Secret | undefined): ClientAuth {
  if (!secret) return None();
  const [post, basic] = [ClientSecretPost(secret.reveal()), ClientSecretBasic(secret.reveal())];
  return (server, client, body, headers) => {
    const takesPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_post');
    return (takesPost ? post : basic)(server, client, body, headers);
  };
}
