import { DomainError, type InvalidParameter } from './domain-error.js';

/** What an error of one code may have besides its texts. */
export interface CodedErrorExtras {
  /** Seconds after which a retry makes sense. */
  readonly retryAfterSeconds?: number;
  /** The invalid parameters of a request. */
  readonly errors?: readonly InvalidParameter[];
}

/**
 * Defines an error of a module's table: `tokenNotFound = codedError('token_unknown', 404, 'Token not found', (id: string) =>
 * …)`. Calling the result makes the error.
 *
 * @param code stable, for programs; becomes the `type` of the problem document
 * @param title what is wrong, in a few words, the same for each error of this code
 * @param detail what is wrong here and what to do about it; never contains a secret
 */
export function codedError<Arguments extends readonly unknown[] = []>(
  code: string,
  status: number,
  title: string,
  detail: string | ((...values: Arguments) => string),
  extras?: CodedErrorExtras | ((...values: Arguments) => CodedErrorExtras),
): (...values: Arguments) => DomainError {
  return (...values) =>
    new DomainError({
      code,
      status,
      title,
      detail: typeof detail === 'string' ? detail : detail(...values),
      ...(typeof extras === 'function' ? extras(...values) : extras),
    });
}
