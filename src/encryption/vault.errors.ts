import { codedError } from '../common/coded-error.js';

/** A secret is encrypted with a key that is not configured. */
export const unknownKey = codedError(
  'encryption_key_missing',
  500,
  'An encryption key is missing',
  (kid: string, place: string) =>
    `${place} is encrypted with the key "${kid}", which HANGAR_ENCRYPTION_KEYS does not contain. Add it at the end of the list.`,
);

/** A secret cannot be decrypted, or belongs to another row. */
export const unreadableSecret = codedError(
  'secret_unreadable',
  500,
  'A stored secret cannot be read',
  (place: string) =>
    `${place} cannot be decrypted: it was changed, or copied from another row. Install or consent again.`,
);
