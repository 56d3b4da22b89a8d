import { timeOf as parsedTime } from '../../common/calendar-day.js';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsDate, IsIn, IsInt, Matches, Max, Min, ValidateIf } from 'class-validator';

interface PropertyDoc {
  readonly description: string;
  readonly example?: unknown;
}

const MAX_TEXT_LENGTH = 500;
// No control characters: PostgreSQL cannot store NUL.
const PLAIN_TEXT = /^(?=.*\S)[^\p{Cc}\p{Cs}]{1,500}$/u;
/** RFC 3339, with or without the time of day. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** The field may be absent, but not null: null would be a condition that selects everything. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_dto, value) => value !== undefined);
}

/** A text of 1 to 500 characters without control characters, not only blanks. */
export function OptionalText(doc: PropertyDoc): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ ...doc, type: String, minLength: 1, maxLength: MAX_TEXT_LENGTH }),
    Optional(),
    Matches(PLAIN_TEXT, { message: `must be a text of 1 to ${MAX_TEXT_LENGTH} characters, not only blanks` }),
  );
}

/** The id of a connection, as a filter. */
export function OptionalConnection(): PropertyDecorator {
  return OptionalText({ description: 'Id of the connection to Plane', example: 'cloud' });
}

/** One of these values. */
export function OptionalChoice(choices: readonly string[], doc: PropertyDoc): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ ...doc, type: String, enum: [...choices] }),
    Optional(),
    IsIn(choices, { message: `must be one of ${choices.join(', ')}` }),
  );
}

/** A date and time (RFC 3339), parsed into a `Date`. */
export function OptionalTime(doc: PropertyDoc): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ ...doc, type: String, format: 'date-time' }),
    Optional(),
    Transform(({ value }: { value: unknown }) => timeOf(value)),
    IsDate({ message: 'must be a time such as 2026-01-31T09:00:00Z' }),
  );
}

/** An integer within a range, with a default. */
export function OptionalInteger(min: number, max: number, defaultValue: number, doc: PropertyDoc): PropertyDecorator {
  const message = `must be a whole number from ${min} to ${max}`;
  return applyDecorators(
    ApiPropertyOptional({
      ...doc,
      type: 'integer',
      minimum: min,
      maximum: max,
      default: defaultValue,
    }),
    Optional(),
    Transform(({ value }: { value: unknown }) => numberOf(value)),
    IsInt({ message }),
    Min(min, { message }),
    Max(max, { message }),
  );
}

/** A boolean; in a query `true` or `false` as text. */
export function OptionalBoolean(doc: PropertyDoc): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ example: false, ...doc, type: Boolean, default: false }),
    Optional(),
    Transform(({ value }: { value: unknown }) => (value === 'true' || value === 'false' ? value === 'true' : value)),
    IsBoolean({ message: 'must be true or false' }),
  );
}

/** The connection in a response. */
export function ConnectionProperty(): PropertyDecorator {
  return ApiProperty({
    type: String,
    description: 'Id of the connection to Plane that it belongs to; `default` is that of the variables `PLANE_…`',
    example: 'default',
  });
}

/** A date and time in a response. */
export function DateTimeProperty(doc: PropertyDoc & { readonly nullable?: boolean }): PropertyDecorator {
  return ApiProperty({ example: '2026-01-31T09:00:00.000Z', ...doc, type: String, format: 'date-time' });
}

function timeOf(value: unknown): unknown {
  return typeof value === 'string' && TIME.test(value) ? (parsedTime(value) ?? value) : value;
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}
