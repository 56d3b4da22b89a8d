import { type Secret } from '../common/secret.js';

/** Whose token it is: the app's bot in a workspace, or a person. */
export type TokenKind = 'bot' | 'user';

/**
 * `live`: used and renewed. `needs_consent`: only the person can bring it back. `revoked`: given up here, its
 * secrets wiped. The last two are final: nobody tries before a person or a new consent changes them.
 */
export type TokenState = 'live' | 'needs_consent' | 'revoked';

/**
 * Where a token stands, by the database's clock alone: the clocks of the processes and of Plane may be wrong.
 * Milliseconds count from `readAt`.
 */
export interface TokenStanding {
  /** When it was read, on this process's monotonic clock (`performance.now()`). */
  readonly readAt: number;
  /** From then on it is renewed, by schedule or on use. */
  readonly dueInMs: number;
  /** From then on Plane does not take it. */
  readonly expiresInMs: number;
  /** No renewal is tried before. */
  readonly retryInMs: number;
}

/** A stored token pair, decrypted. */
export interface Token extends TokenStanding {
  readonly id: string;
  readonly kind: TokenKind;
  readonly accessToken: Secret;
  /** User tokens alone have one. */
  readonly refreshToken?: Secret;
  /** The one before, until its successor has worked. */
  readonly previousRefreshToken?: Secret;
  /** Grows with each renewal; a write names the version that it replaces. */
  readonly version: number;
  readonly state: Exclude<TokenState, 'revoked'>;
  /** A process sent the refresh token, and whether Plane replaced it was never written down. */
  readonly inFlight: boolean;
  /** Failed renewals in a row. */
  readonly failures: number;
  /** Why the last renewal failed. */
  readonly lastError?: string;
}

/** Whose token a row is, and the row's id, which follows from it. */
export type TokenOwner =
  | { readonly kind: 'bot'; readonly baseUrl: string; readonly installationId: string }
  | { readonly kind: 'user'; readonly baseUrl: string; readonly planeUserId: string };
