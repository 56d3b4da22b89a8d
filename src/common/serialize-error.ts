import { postgresText } from './postgres-text.js';

const MAX_CAUSE_DEPTH = 3;
const MAX_MESSAGE_LENGTH = 2000;
const MAX_STACK_LENGTH = 4000;

/** An error as it is written to logs and to the queue. */
export interface SerializedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: SerializedError;
}

/**
 * Copies from an error only what contains no payload. Other properties, which libraries add to their errors (headers of
 * a request, parameters of a query), may contain secrets and are omitted. Texts are limited in length, and can be stored
 * as JSON in PostgreSQL.
 */
export function serializeError(error: unknown, depth = 0): SerializedError {
  const message = propertyOf(error, 'message');
  if (typeof message !== 'string')
    return { type: typeof error, message: postgresText(textOf(error), MAX_MESSAGE_LENGTH) };
  const [name = 'Error', code, stack, cause] = ['name', 'code', 'stack', 'cause'].map((field) =>
    propertyOf(error, field),
  );
  return {
    type: postgresText(textOf(name), MAX_MESSAGE_LENGTH),
    message: postgresText(message, MAX_MESSAGE_LENGTH),
    ...(typeof code === 'string' && { code: postgresText(code, MAX_MESSAGE_LENGTH) }),
    ...(typeof stack === 'string' && { stack: postgresText(stack, MAX_STACK_LENGTH) }),
    ...(cause !== undefined && depth < MAX_CAUSE_DEPTH && { cause: serializeError(cause, depth + 1) }),
  };
}

/** A copy of an error that is safe to pass on: only its type, message and stack. */
export function plainError(error: unknown): Error {
  const { type, message, stack } = serializeError(error);
  return Object.assign(new Error(message), { name: type, stack: stack ?? message });
}

/** A property of an error; `undefined` where its getter, or a proxy, throws. */
export function propertyOf(error: unknown, field: string): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    return (error as Readonly<Record<string, unknown>>)[field];
  } catch {
    return undefined;
  }
}

/** `String` fails for an object without a prototype. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value without text';
  }
}
