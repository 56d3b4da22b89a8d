import { type Secret } from '../common/secret.js';

/** Whose token it is: the app's bot in a workspace, or a person. */
export type TokenKind = 'bot' | 'user';

/** `needs_consent`: only the person can bring it back; nobody tries before that. */
export type TokenState = 'live' | 'needs_consent';

/** A stored token pair, decrypted. */
export interface Token {
  readonly id: string;
  readonly kind: TokenKind;
  readonly accessToken: Secret;
  /** User tokens alone have one. */
  readonly refreshToken?: Secret;
  /** The one before, until its successor has worked. */
  readonly previousRefreshToken?: Secret;
  readonly obtainedAt: Date;
  readonly expiresAt: Date;
  /** From here on it is renewed, by schedule or on use. */
  readonly dueAt: Date;
  /** Grows with each renewal; a write names the version that it replaces. */
  readonly version: number;
  readonly state: TokenState;
  /** Failed renewals in a row. */
  readonly failures: number;
  /** No renewal is tried before. */
  readonly nextAttemptAt?: Date;
  /** Why the last renewal failed. */
  readonly lastError?: string;
}

/** Whose token a row is, and the row's id, which follows from it. */
export type TokenOwner =
  | { readonly kind: 'bot'; readonly baseUrl: string; readonly installationId: string }
  | { readonly kind: 'user'; readonly baseUrl: string; readonly planeUserId: string };
