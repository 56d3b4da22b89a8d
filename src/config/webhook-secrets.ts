import { Secret } from '../common/secret.js';
import { commaSeparated } from './parsers.js';

/** Plane's have 41 characters. */
const MIN_LENGTH = 4;
const MAX_LENGTH = 500;

/** What a text shows that is not a secret, most often of a file in another format. */
const PROBLEMS: readonly [pattern: RegExp, problem: string][] = [
  [/[^\x20-\x7e]/, 'has characters other than printable ASCII'],
  [/ /, 'has a blank'],
  [/["'`]/, 'has a quote'],
  [/^[A-Za-z_]+[=:]/, 'begins with a name'],
  [/[<>{}[\]$#]/, 'has brackets, $ or #'],
];

/**
 * Parses the secrets of webhooks, separated by commas or line breaks.
 *
 * @throws {Error} where there is none, or an entry cannot be a secret; it contains no entry
 */
export function webhookSecrets(text: string): Secret[] {
  const entries = commaSeparated(text);
  if (entries.length === 0) throw new Error('has no secret');
  for (const [index, entry] of entries.entries()) {
    const problem = problemOf(entry);
    if (problem !== undefined)
      throw new Error(`must be secrets separated by commas or line breaks; entry ${index + 1} ${problem}`);
  }
  return entries.map((entry) => new Secret(entry));
}

function problemOf(entry: string): string | undefined {
  if (entry.length < MIN_LENGTH) return `has fewer than ${MIN_LENGTH} characters`;
  if (entry.length > MAX_LENGTH) return `has more than ${MAX_LENGTH} characters`;
  return PROBLEMS.find(([pattern]) => pattern.test(entry))?.[1];
}
