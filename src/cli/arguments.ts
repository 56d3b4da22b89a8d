import { InvalidArgumentError } from 'commander';
import { DomainError } from '../common/domain-error.js';

/** Reads a whole number. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Reads a time as ISO 8601. */
export function date(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It must be a time such as 2026-01-31T09:00Z.');
  return time;
}

/** The arguments of a command do not go together. */
export function wrongUse(detail: string): DomainError {
  return new DomainError({ code: 'wrong_use', title: 'The command cannot be used so', detail, status: 400 });
}
