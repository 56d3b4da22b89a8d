import { DomainError, type InvalidParameter } from './domain-error.js';

/** An error as an HTTP API tells it (RFC 9457), with the id that the log line of the same request carries. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
  /** All that is wrong with a request, where it is refused for what it holds. */
  readonly errors?: readonly InvalidParameter[];
}

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  413: 'Body too large',
  415: 'Unsupported content type',
  503: 'Not available now',
};
const UNEXPECTED = 500;
/** Nest repeats the address that was not found; its query may hold a code. */
const QUERY = /\?\S*/;

/** Tells an error to a caller. What is not a {@link DomainError} and not the caller's fault is told without detail. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof DomainError)
    return {
      type: `urn:hangar:${error.code}`,
      title: error.title,
      status: error.status,
      detail: error.detail,
      requestId,
      ...(error.errors && { errors: error.errors }),
    };
  const status = callersFault(error);
  const title = TITLES[status] ?? 'Trouble on our side';
  const detail =
    status === UNEXPECTED
      ? 'An unexpected error. Nothing that was accepted is lost; the log has the details under this requestId.'
      : (error as Error).message.replace(QUERY, '');
  return { type: 'about:blank', title, status, detail, requestId };
}

/** The 4xx status that the HTTP layer gave the error (Nest's `getStatus`, Fastify's `statusCode`), else 500. */
function callersFault(error: unknown): number {
  const known = (error ?? {}) as { getStatus?: () => number; statusCode?: number };
  const status = known.getStatus?.() ?? known.statusCode ?? UNEXPECTED;
  return status >= 400 && status < UNEXPECTED ? status : UNEXPECTED;
}
