import { v5 as uuid } from 'uuid';
import { type TokenEntity } from './token.entity.js';
import { type TokenOwner } from './token.js';

/** Any constant; the name space of token ids (RFC 9562 §5.5). */
const NAMESPACE = '6f0f5b5e-6d1b-4a55-9f1b-4f9c1a1f7a10';

/**
 * The id of an owner's row. It follows from the owner, so that a token can be bound to its row before
 * the row exists, and a second install meets the first one's row.
 */
export function tokenId(owner: TokenOwner): string {
  const name = owner.kind === 'bot' ? owner.installationId : owner.planeUserId;
  return uuid([owner.kind, owner.baseUrl, name].join('\n'), NAMESPACE);
}

/** Whose token a row holds. */
export function ownerOf({ kind, baseUrl, installationId, planeUserId }: TokenEntity): TokenOwner {
  return kind === 'bot'
    ? { kind, baseUrl, installationId: installationId ?? '' }
    : { kind, baseUrl, planeUserId: planeUserId ?? '' };
}
