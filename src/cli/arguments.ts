import { InvalidArgumentError } from 'commander';
import { codedError } from '../common/coded-error.js';
import { nearestNames } from '../common/nearest-name.js';

/** Parses a whole number. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Parses a time in ISO 8601. */
export function date(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It must be a time such as 2026-01-31T09:00Z.');
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
  if (known.includes(value)) return;
  const [near, all] = [nearestNames(value, known), known.join(', ') || 'none'];
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Known names: ${all}.`;
  throw invalidArguments(`${option}: "${value}" is unknown. ${hint}`);
}
