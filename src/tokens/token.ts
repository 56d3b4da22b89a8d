import { type Secret } from '../common/secret.js';

/** Whose token it is: the app's bot in a workspace, or a person. */
export type TokenKind = 'bot' | 'user';

/**
 * `live`: used and renewed. `needs_consent`: only the person can bring it back. `revoked`: given up here, its
 * secrets wiped. The last two are final: nobody tries before a person or a new consent changes them.
 */
export const TOKEN_STATES = ['live', 'needs_consent', 'revoked'] as const;

/** One of {@link TOKEN_STATES}. */
export type TokenState = (typeof TOKEN_STATES)[number];

/**
 * Where a token stands, by the database's clock alone: the clocks of the processes and of Plane may be wrong.
 * Milliseconds count from `readAt`.
 */
export interface TokenTimes {
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
export interface Token extends TokenTimes {
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

/** How all tokens stand together. */
export interface TokenSummary {
  readonly live: number;
  /** Of those that are live, how many have expired all the same: they could not be renewed. */
  readonly expired: number;
  readonly needsConsent: number;
  readonly revoked: number;
  /** Until the live token that expires soonest does; below zero where one has. `null` where none is live. */
  readonly soonestExpiryInSeconds: number | null;
}
