import { InvalidArgumentError } from 'commander';
import { timeOf } from '../common/calendar-day.js';
import { codedError } from '../common/coded-error.js';
import { millisecondsOf } from '../common/duration.js';
import { nearestNames } from '../common/nearest-name.js';
import { type PlaneConnections } from '../config/plane-connections.js';

/** Parses a whole number. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

const MAX_LISTED = 10_000;

/** Parses the number of rows of a list: more would not fit into memory. */
export function listLimit(text: string): number {
  const limit = wholeNumber(text);
  if (limit < 1 || limit > MAX_LISTED) throw new InvalidArgumentError(`It must be from 1 to ${MAX_LISTED}.`);
  return limit;
}

/** Parses a number above 0. */
export function positiveNumber(text: string): number {
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('It must be a number above 0, such as 0.1.');
}

/** Parses an http or https URL; resolves to it without its final slash. */
export function httpUrl(text: string): string {
  if (!/^https?:\/\/./.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('It must be an address such as https://hangar.example.com.');
  return text.replace(/\/+$/, '');
}

/** Parses a time in ISO 8601, UTC where it has no offset; or how long ago it was, such as `30m`, `1h` or `2d`. */
export function date(text: string): Date {
  const ago = millisecondsOf(text);
  const time = ago === undefined ? timeOf(text.trim()) : new Date(Date.now() - ago);
  if (time === undefined || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It must be a time such as 2026-01-31T09:00Z, or how long ago, such as 1h or 2d.');
  return time;
}

/** The arguments of a command are missing or contradictory. */
export const invalidArguments = codedError('wrong_use', 400, 'Invalid arguments', (detail: string) => detail);

/**
 * Rejects the value of an option that is none of the known names, and suggests the nearest ones.
 *
 * @throws {DomainError} `wrong_use`
 */
export function requireKnown(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw unknownName(option, value, nearestNames(value, known), known);
}

/**
 * Rejects the value of `--connection` where it is neither configured nor has anything stored.
 *
 * @param found what is stored of it
 * @throws {DomainError} `wrong_use`
 */
export function requireConnection(
  connection: string | undefined,
  { ids }: PlaneConnections,
  found: readonly unknown[],
): void {
  if (connection !== undefined && found.length === 0) requireKnown('--connection', connection, ids);
}

/** An option names something that does not exist. @param similar known names with a similar spelling */
export const unknownName = codedError(
  'wrong_use',
  400,
  'Invalid arguments',
  (option: string, value: string, similar: readonly string[], known: readonly string[] = []) => {
    const names = known.length > 0 ? `Known names: ${known.join(', ')}.` : '';
    const hint = similar.length > 0 ? `Did you mean ${similar.join(', ')}? ` : '';
    return `--${option.replace(/^--/, '')}: "${value}" is unknown. ${hint}${names}`.trim();
  },
);
