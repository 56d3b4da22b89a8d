import { DomainError } from '../common/domain-error.js';

/** A secret was encrypted with a key that is not configured any more. */
export function unknownKey(kid: string, place: string): DomainError {
  return new DomainError({
    code: 'encryption_key_missing',
    title: 'An encryption key is missing',
    detail: `${place} is encrypted with the key "${kid}", which HANGAR_ENCRYPTION_KEYS does not name. Add it at the end of the list.`,
    status: 500,
  });
}

/** A secret does not open where it lies. */
export function unreadableSecret(place: string): DomainError {
  return new DomainError({
    code: 'secret_unreadable',
    title: 'A stored secret cannot be read',
    detail: `${place} does not open with its key: it was changed, or copied from another row. Install or consent again.`,
    status: 500,
  });
}
