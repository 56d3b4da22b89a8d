import { InvalidArgumentError } from 'commander';
import { timeOf } from '../common/calendar-day.js';
import { codedError } from '../common/coded-error.js';
import { nearestNames } from '../common/nearest-name.js';

/** Parses a whole number. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Parses a time in ISO 8601; UTC where it has no offset. */
export function date(text: string): Date {
  const time = timeOf(text.trim());
  if (time === undefined) throw new InvalidArgumentError('It must be a time such as 2026-01-31T09:00Z.');
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

/** An option names something that does not exist. @param similar known names with a similar spelling */
export const unknownName = codedError(
  'wrong_use',
  400,
  'Invalid arguments',
  (option: string, value: string, similar: readonly string[], known: readonly string[] = []) => {
    const names = known.length > 0 ? `Known names: ${known.join(', ')}.` : '';
    const hint = similar.length > 0 ? `Did you mean ${similar.join(', ')}?` : names;
    return `--${option.replace(/^--/, '')}: "${value}" is unknown. ${hint}`.trim();
  },
);
