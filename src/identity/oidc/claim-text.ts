import { postgresText } from '../../common/postgres-text.js';

/** Names, addresses and session ids of the provider are cut to this length. */
const MAX_LENGTH = 200;

/** The text of a claim as it is stored; `undefined` where it is no text, or nothing of it can be stored. */
export function claimText(value: unknown): string | undefined {
  const text = typeof value === 'string' ? postgresText(value, MAX_LENGTH) : '';
  return text === '' ? undefined : text;
}
