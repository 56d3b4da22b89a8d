import { v5 as uuid } from 'uuid';
import { type Secret } from '../common/secret.js';
import { DEFAULT_CONNECTION } from '../config/plane-connection.js';
import { type Installation } from '../installations/installation.js';
import { type TokenTimes } from './token-timing.js';

/** Whose token it is: the app's bot in a workspace, or a person. */
export type TokenKind = 'bot' | 'user';

/**
 * `live`: used and refreshed. `needs_consent`: refreshed only after the person consents again. `revoked`: its secrets
 * are deleted. The last two end only with a new install or consent, or by an operator.
 */
export const TOKEN_STATES = ['live', 'needs_consent', 'revoked'] as const;

/** One of {@link TOKEN_STATES}. */
export type TokenState = (typeof TOKEN_STATES)[number];

/** A stored token pair, decrypted. */
export interface Token extends TokenTimes {
  readonly id: string;
  readonly kind: TokenKind;
  /** Since Plane granted it, when the row was read. */
  readonly ageMs: number;
  readonly accessToken: Secret;
  /** User tokens alone have one. */
  readonly refreshToken?: Secret;
  /** The refresh token before this one, until this one has worked. */
  readonly previousRefreshToken?: Secret;
  /** Grows with each refresh; a write names the version that it replaces. */
  readonly version: number;
  readonly state: Exclude<TokenState, 'revoked'>;
  /** A process sent the refresh token, and whether Plane replaced it was never stored. */
  readonly inFlight: boolean;
  /** Failed refreshes in a row. */
  readonly failures: number;
  /** Why the last refresh failed. */
  readonly lastError?: string;
}

/** Whose token a row is; the row's id follows from it. */
export type TokenOwner = {
  /** Default: the connection without a name. */
  readonly connectionId?: string;
  readonly baseUrl: string;
} & (
  { readonly kind: 'bot'; readonly installationId: string } | { readonly kind: 'user'; readonly planeUserId: string }
);

/** The counts of all tokens. */
export interface TokenSummary {
  readonly live: number;
  /** Of the live ones, how many have expired: they could not be refreshed. */
  readonly expired: number;
  readonly needsConsent: number;
  readonly revoked: number;
  /** Seconds until the first live token expires; below zero after that. `null` where none is live. */
  readonly soonestExpiryInSeconds: number | null;
}

/** Any constant; the name space of token ids (RFC 9562 §5.5). */
const NAMESPACE = '6f0f5b5e-6d1b-4a55-9f1b-4f9c1a1f7a10';

/**
 * The id of an owner's row. It is derived from the owner, so that a token can be sealed for its row before the row
 * exists, and a second install finds the row of the first. The connection without a name is left out, as in the ids of the
 * releases that had no other.
 */
export function tokenId(owner: TokenOwner): string {
  const name = owner.kind === 'bot' ? owner.installationId : owner.planeUserId;
  const { connectionId = DEFAULT_CONNECTION } = owner;
  const connection = connectionId === DEFAULT_CONNECTION ? [] : [connectionId];
  return uuid([owner.kind, owner.baseUrl, name, ...connection].join('\n'), NAMESPACE);
}

/** The owner of an installation's bot token. */
export function botOf({
  connectionId,
  baseUrl,
  id,
}: Pick<Installation, 'baseUrl' | 'id'> & Partial<Pick<Installation, 'connectionId'>>): TokenOwner {
  return { kind: 'bot', ...(connectionId !== undefined && { connectionId }), baseUrl, installationId: id };
}
