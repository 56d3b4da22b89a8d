import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsDate, IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

/** What the documentation says of a parameter. */
interface PropertyDoc {
  readonly description: string;
  readonly example?: unknown;
}

const MAX_TEXT_LENGTH = 500;
// No control characters: PostgreSQL's text holds no NUL.
const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}]{1,500}$/u;
/** RFC 3339, with or without the time of day. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A text of 1 to 500 characters without control characters. */
export function OptionalText(told: PropertyDoc): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ ...told, type: String, minLength: 1, maxLength: MAX_TEXT_LENGTH }),
    IsOptional(),
    Matches(PLAIN_TEXT, { message: `must be a text of 1 to ${MAX_TEXT_LENGTH} characters` }),
  );
}

/** One of these words. */
export function OptionalChoice(choices: readonly string[], told: PropertyDoc): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ ...told, type: String, enum: [...choices] }),
    IsOptional(),
    IsIn(choices, { message: `must be one of ${choices.join(', ')}` }),
  );
}

/** A moment (RFC 3339), read as a `Date`. */
export function OptionalTime(told: PropertyDoc): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ ...told, type: String, format: 'date-time' }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => timeOf(value)),
    IsDate({ message: 'must be a time such as 2026-01-31T09:00:00Z' }),
  );
}

/** A whole number within a range; absent, the default. */
export function WholeNumber(
  smallest: number,
  largest: number,
  byDefault: number,
  told: PropertyDoc,
): PropertyDecorator {
  const message = `must be a whole number from ${smallest} to ${largest}`;
  return applyDecorators(
    ApiPropertyOptional({
      ...told,
      type: 'integer',
      minimum: smallest,
      maximum: largest,
      default: byDefault,
    }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => numberOf(value)),
    IsInt({ message }),
    Min(smallest, { message }),
    Max(largest, { message }),
  );
}

/** `true` or `false`; in a query the words. */
export function Flag(told: PropertyDoc): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ example: false, ...told, type: Boolean, default: false }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => ({ true: true, false: false })[String(value)] ?? value),
    IsBoolean({ message: 'must be true or false' }),
  );
}

/** What an answer tells of a moment. */
export function DateTimeProperty(told: PropertyDoc & { readonly nullable?: boolean }): PropertyDecorator {
  return ApiProperty({ example: '2026-01-31T09:00:00.000Z', ...told, type: String, format: 'date-time' });
}

function timeOf(value: unknown): unknown {
  if (typeof value !== 'string' || !TIME.test(value)) return value;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? value : time;
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}
