import { DomainError, type InvalidParameter } from './domain-error.js';

/** A problem document (RFC 9457), with the id that is in the log entry of the same request. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
  /** The invalid parameters, where the error is about the content of a request. */
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
  429: 'Too many requests',
  503: 'Not available now',
};
const UNEXPECTED = 500;
/** Nest's message repeats the address that was not found; its query may contain a code. */
const QUERY = /\?\S*/;

/** The problem document of an error. An unexpected error is described without details. */
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
  const status = clientErrorStatus(error);
  const title = TITLES[status] ?? 'Internal server error';
  const detail =
    status === UNEXPECTED
      ? 'An unexpected error. Accepted webhooks are not lost. The log has the details under this requestId.'
      : (error as Error).message.replace(QUERY, '');
  return { type: 'about:blank', title, status, detail, requestId };
}

/** The 4xx status that the HTTP layer gave the error (Nest's `getStatus`, Fastify's `statusCode`), otherwise 500. */
function clientErrorStatus(error: unknown): number {
  const known = (error ?? {}) as { getStatus?: () => number; statusCode?: number };
  const status = known.getStatus?.() ?? known.statusCode ?? UNEXPECTED;
  return status >= 400 && status < UNEXPECTED ? status : UNEXPECTED;
}
