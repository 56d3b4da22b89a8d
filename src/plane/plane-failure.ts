import { type AxiosError } from 'axios';
import { type Secret } from '../common/secret.js';
import { type PlaneFailure, type PlaneFailureKind } from './plane.error.js';
import { retryAfterSeconds } from './rate-limit.js';
import { scrub } from './scrub.js';

const MAX_TEXT_LENGTH = 300;
const PROXY_AUTHENTICATION_REQUIRED = 407;
const CODE = /^[A-Za-z0-9_.-]{1,64}$/;

/** Describes a failed request of the SDK, without secrets. */
export function failureOf(error: AxiosError, secrets: readonly Secret[], timedOut: boolean): PlaneFailure {
  const { response, code } = error;
  const answer = response?.data;
  const planeCode = response ? codeIn(answer) : networkCode(error, code);
  const said = saidIn(answer);
  const askedSeconds = response && retryAfterSeconds(response.headers);
  return {
    kind: kindOf(error, timedOut),
    call: callOf(error),
    ...(response && { planeStatus: response.status }),
    ...(planeCode !== undefined && scrub(planeCode, secrets) === planeCode && { planeCode }),
    ...(said !== undefined && { said: scrub(said, secrets).slice(0, MAX_TEXT_LENGTH).toWellFormed() }),
    ...(askedSeconds !== undefined && { retryAfterSeconds: askedSeconds }),
  };
}

function kindOf(error: AxiosError, timedOut: boolean): PlaneFailureKind {
  if (error.response) return 'answer';
  if (timedOut || error.code === 'ECONNABORTED' || error.code === 'ETIMEDOUT') return 'timeout';
  return error.code === 'ERR_CANCELED' ? 'aborted' : 'network';
}

function callOf({ config }: AxiosError): string {
  const path = URL.parse(config?.url ?? '')?.pathname ?? '';
  return `${(config?.method ?? 'get').toUpperCase()} ${path}`;
}

function networkCode(error: AxiosError, code: string | undefined): string | undefined {
  const cause = codeOf(error.cause);
  if (cause === 'ERR_PROXY_TUNNEL' && statusOf(error.cause) === PROXY_AUTHENTICATION_REQUIRED)
    return 'PROXY_AUTHENTICATION_REQUIRED';
  return [code, cause].find((candidate) => candidate !== undefined && CODE.test(candidate));
}

function codeOf(cause: unknown): string | undefined {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code;
}

/** The status with which a proxy rejected a tunnel. */
function statusOf(cause: unknown): unknown {
  return (cause as { statusCode?: unknown } | undefined)?.statusCode;
}

/** `error` of RFC 6749 §5.2, or the `error_code` and `code` of Plane's API. */
function codeIn(answer: unknown): string | undefined {
  const fields = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  return [fields['error_code'], fields['code'], fields['error']]
    .map((value) => (typeof value === 'number' ? String(value) : value))
    .find((value): value is string => typeof value === 'string' && CODE.test(value));
}

function saidIn(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const fields = answer as Record<string, unknown>;
  const text = [
    fields['error_description'],
    fields['error_message'],
    fields['detail'],
    fields['message'],
    fields['error'],
  ].find((value): value is string => typeof value === 'string' && value !== codeIn(answer));
  return text ?? fieldErrors(fields);
}

/** Django REST framework's `{"field": ["message"]}`. */
function fieldErrors(fields: Record<string, unknown>): string | undefined {
  const lines = Object.entries(fields)
    .filter(
      (entry): entry is [string, string[]] =>
        Array.isArray(entry[1]) && entry[1].every((line) => typeof line === 'string'),
    )
    .map(([field, problems]) => `${field}: ${problems.join(' ')}`);
  return lines.length > 0 ? lines.join('; ') : undefined;
}
