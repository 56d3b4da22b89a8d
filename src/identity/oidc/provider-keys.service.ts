import { Injectable } from '@nestjs/common';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { TokenBucket } from '../../common/token-bucket.js';
import { providerFailure, providerUnreachable, providerUnusable } from './provider.errors.js';
import { PROVIDER_TIMEOUT_SECONDS } from './provider-network.js';
import { ProviderService } from './provider.service.js';

/** Signatures that need a private key; nothing that a public key or an empty text could make (RFC 8725 §3.1). */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const CLOCK_TOLERANCE_SECONDS = 30;
/** Keys that the provider has withdrawn are forgotten after this time. */
const FRESH_MS = 600_000;
const SERVER_FAULT = 500;
/** Tokens with key ids that nobody knows make us ask the provider so often at once, and then once in so many ms. */
const ASKS_AT_ONCE = 5;
const ASK_EVERY_MS = 10_000;

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** The provider's keys: fetched when they are needed, again when a token names one that is not known. */
@Injectable()
export class ProviderKeysService {
  private readonly allowance = new TokenBucket(ASKS_AT_ONCE, ASK_EVERY_MS);
  private keys: { readonly url: string; readonly set: KeySet; freshUntil: number } | undefined;

  constructor(private readonly provider: ProviderService) {}

  /** Whether a token's header names an algorithm that is taken at all. */
  allows(algorithm: unknown): boolean {
    return ALGORITHMS.some((each) => each === algorithm);
  }

  /**
   * The claims of a token that the provider has signed.
   *
   * @throws {errors.JOSEError} it is not good; {@link DomainError} it cannot be known now
   */
  async verify(token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    const { issuer } = (await this.provider.configuration()).serverMetadata();
    const { payload } = await jwtVerify(token, await this.lookup(), {
      issuer,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      ...options,
    });
    return payload;
  }

  private async lookup(): Promise<JWTVerifyGetKey> {
    const set = await this.fresh();
    return async (header, token) => {
      try {
        return await set(header, token);
      } catch (error) {
        if (error instanceof NotAsked) throw new errors.JWKSNoMatchingKey();
        throw error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
          ? error
          : providerFailure(error);
      }
    };
  }

  /** Keys of the last ten minutes, or older ones while the provider does not answer. */
  private async fresh(): Promise<KeySet> {
    const { jwks_uri: url } = (await this.provider.configuration()).serverMetadata();
    if (url === undefined) throw providerUnusable('it names no jwks_uri');
    if (this.keys?.url !== url) this.keys = { url, set: this.keySet(url), freshUntil: 0 };
    const { keys } = this;
    if (Date.now() < keys.freshUntil) return keys.set;
    if (!keys.set.jwks() && !this.allowance.tryTake()) throw providerUnreachable();
    try {
      await keys.set.reload();
      keys.freshUntil = Date.now() + FRESH_MS;
    } catch (error) {
      if (!keys.set.jwks()) throw providerFailure(error);
      keys.freshUntil = Date.now() + ASK_EVERY_MS;
    }
    return keys.set;
  }

  private keySet(url: string): KeySet {
    return createRemoteJWKSet(new URL(url), {
      timeoutDuration: PROVIDER_TIMEOUT_SECONDS * 1000,
      cooldownDuration: 0,
      cacheMaxAge: Infinity,
      [customFetch]: async (address, options) => {
        if (this.keys?.set.jwks() && !this.allowance.tryTake()) throw new NotAsked();
        const headers = Object.fromEntries(options.headers);
        const answer = await this.provider.network.fetch(address, { ...options, body: null, headers });
        if (answer.status >= SERVER_FAULT) throw providerUnreachable();
        return answer;
      },
    });
  }
}

/** The provider was asked often enough just now. */
class NotAsked extends Error {}
