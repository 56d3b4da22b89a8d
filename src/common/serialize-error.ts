const DEEPEST_CAUSE = 3;
const MAX_MESSAGE_LENGTH = 2000;
const MAX_STACK_LENGTH = 4000;

/** An error as logs and the queue show it. */
export interface SerializedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: SerializedError;
}

/**
 * Takes from an error only what holds no payload: the properties that libraries hang on their errors
 * (a request's headers, a query's parameters) may hold secrets and stay out. Texts are cut to some thousand
 * characters, and hold nothing that PostgreSQL's JSON refuses (NUL, half a surrogate pair).
 */
export function serializeError(error: unknown, depth = 0): SerializedError {
  if (!isErrorLike(error))
    return { type: typeof error, message: storable(textOf(error), MAX_MESSAGE_LENGTH) };
  const { name = 'Error', code, stack, cause } = error;
  return {
    type: storable(textOf(name), MAX_MESSAGE_LENGTH),
    message: storable(error.message, MAX_MESSAGE_LENGTH),
    ...(typeof code === 'string' && { code: storable(code, MAX_MESSAGE_LENGTH) }),
    ...(typeof stack === 'string' && { stack: storable(stack, MAX_STACK_LENGTH) }),
    ...(cause !== undefined && depth < DEEPEST_CAUSE && { cause: serializeError(cause, depth + 1) }),
  };
}

/** An error that is safe to hand on: with the type, message and stack of the other, and nothing else of it. */
export function plainError(error: unknown): Error {
  const { type, message, stack } = serializeError(error);
  return Object.assign(new Error(message), { name: type, stack: stack ?? message });
}

interface ErrorLike {
  readonly name?: unknown;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
}

function isErrorLike(error: unknown): error is ErrorLike {
  return typeof error === 'object' && error !== null && typeof (error as ErrorLike).message === 'string';
}

/** `String` fails for an object without a prototype. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'a value without text';
  }
}

function storable(text: string, longest: number): string {
  return text.slice(0, longest).replaceAll('\0', '').toWellFormed();
}
