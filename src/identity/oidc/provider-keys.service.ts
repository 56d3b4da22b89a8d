import { Injectable } from '@nestjs/common';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { TokenBucket } from '../../common/token-bucket.js';
import { ALGORITHMS } from './algorithms.js';
import { providerUnreachable, providerUnusable } from './provider.errors.js';
import { providerFailure } from './provider-failure.js';
import { PROVIDER_TIMEOUT_SECONDS } from './provider-network.js';
import { ProviderService } from './provider.service.js';

const CLOCK_TOLERANCE_SECONDS = 30;
/** Keys that the provider has removed stay valid for at most this long. */
const FRESH_MS = 600_000;
const SERVER_ERROR = 500;
/** Tokens with unknown key ids cause at most a burst of this many requests, then one per interval. */
const REQUEST_BURST = 5;
const REQUEST_INTERVAL_MS = 10_000;

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** The provider's key set (JWKS): fetched on first use, every ten minutes, and when a token names an unknown key id. */
@Injectable()
export class ProviderKeysService {
  private readonly requests = new TokenBucket(REQUEST_BURST, REQUEST_INTERVAL_MS);
  private keys: { readonly url: string; readonly set: KeySet; freshUntil: number } | undefined;

  constructor(private readonly provider: ProviderService) {}

  /** Whether a token's algorithm is allowed. */
  allows(algorithm: unknown): boolean {
    return typeof algorithm === 'string' && ALGORITHMS.includes(algorithm);
  }

  /**
   * Verifies a token of the provider. Resolves with its claims.
   *
   * @throws {errors.JOSEError} the token is invalid; {@link DomainError} it cannot be verified now
   */
  async verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    const { issuer } = (await this.provider.configuration()).serverMetadata();
    const { payload } = await jwtVerify(token, await this.getKey(), {
      issuer,
      algorithms: [...ALGORITHMS],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      ...options,
    });
    return payload;
  }

  /** The keys that the provider publishes now. @throws {DomainError} they cannot be fetched */
  async published(): Promise<readonly JWK[]> {
    return (await this.currentKeys()).jwks()?.keys ?? [];
  }

  private async getKey(): Promise<JWTVerifyGetKey> {
    const set = await this.currentKeys();
    return async (header, token) => {
      try {
        return await set(header, token);
      } catch (error) {
        if (error instanceof RequestLimitError) throw new errors.JWKSNoMatchingKey();
        throw error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
          ? error
          : providerFailure(error);
      }
    };
  }

  /** Keys fetched in the last ten minutes, or older ones while the provider does not respond. */
  private async currentKeys(): Promise<KeySet> {
    const { jwks_uri: url } = (await this.provider.configuration()).serverMetadata();
    if (url === undefined) throw providerUnusable('its metadata has no jwks_uri');
    if (this.keys?.url !== url) this.keys = { url, set: this.keySet(url), freshUntil: 0 };
    const { keys } = this;
    if (Date.now() < keys.freshUntil) return keys.set;
    if (!keys.set.jwks() && !this.requests.tryTake()) throw providerUnreachable();
    try {
      await keys.set.reload();
      keys.freshUntil = Date.now() + FRESH_MS;
    } catch (error) {
      if (!keys.set.jwks()) throw providerFailure(error);
      keys.freshUntil = Date.now() + REQUEST_INTERVAL_MS;
    }
    return keys.set;
  }

  private keySet(url: string): KeySet {
    return createRemoteJWKSet(new URL(url), {
      timeoutDuration: PROVIDER_TIMEOUT_SECONDS * 1000,
      cooldownDuration: 0,
      cacheMaxAge: Infinity,
      [customFetch]: async (address, options) => {
        if (this.keys?.set.jwks() && !this.requests.tryTake()) throw new RequestLimitError();
        const headers = Object.fromEntries(options.headers);
        const response = await this.provider.network.fetch(address, { ...options, body: null, headers });
        if (response.status >= SERVER_ERROR) throw providerUnreachable();
        return response;
      },
    });
  }
}

/** The key set is not fetched: the limit on requests is reached. */
class RequestLimitError extends Error {}
