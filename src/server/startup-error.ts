import { ConfigError } from '../config/config.error.js';
import { DomainError } from '../common/domain-error.js';
import { EmbeddedDatabaseError } from '../database/embedded/embedded-database.error.js';
import { isDatabaseUnavailable } from '../common/database-unavailable.js';
import { serializeError } from '../common/serialize-error.js';

/** `EX_CONFIG` of sysexits.h: what was given cannot work, trying again does not help. */
const EXIT_CONFIG = 78;
const EXIT_FAILURE = 1;
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN']);
/** PostgreSQL's codes for a wrong password, a wrong role, a missing database. */
const REFUSED = new Set(['28P01', '28000', '3D000']);

/**
 * What a person is told of a failure, without a stack where the cause is known, and the exit code.
 *
 * @param what failed, said before why
 */
export function describeError(
  error: unknown,
  what: string,
): { readonly text: string; readonly code: number } {
  const whole = error instanceof ConfigError || error instanceof EmbeddedDatabaseError;
  const code = error instanceof ConfigError ? EXIT_CONFIG : EXIT_FAILURE;
  return { text: whole ? error.message : `${what}: ${causeText(error)}`, code };
}

/** Tells {@link describeError} on standard error, and gives the exit code. */
export function reportError(error: unknown, what: string): number {
  const { text, code } = describeError(error, what);
  process.stderr.write(`\n${text}\n\n`);
  return code;
}

/** {@link reportError} of a server's start. */
export function reportStartupError(error: unknown): number {
  return reportError(error, 'Hangar cannot start');
}

/** What Node hangs on errors of sockets and names. */
type NetworkError = NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string };

/** What is wrong and what to do, for a person; with a stack only where nobody foresaw the error. */
export function causeText(error: unknown): string {
  if (error instanceof EmbeddedDatabaseError) return error.message;
  if (error instanceof DomainError) return `${error.detail.replace(/\.$/, '')}.`;
  const { code, syscall, address, port, hostname } = error as NetworkError;
  const place = address ? `${address}:${port}` : hostname;
  if (code === 'EADDRINUSE')
    return `port ${port} on ${address} is taken. Stop the program that listens there, or set PORT.`;
  if (code === 'EACCES' && syscall === 'listen')
    return `it may not listen on port ${port}. Set PORT to 1024 or above.`;
  if (UNREACHABLE.has(code ?? ''))
    return `the database of DATABASE_URL cannot be reached (${[code, place].filter(Boolean).join(' ')}).`;
  if (code === undefined && isDatabaseUnavailable(error))
    return `the database of DATABASE_URL does not answer (${(error as Error).message}).`;
  if (REFUSED.has(code ?? ''))
    return `the database refuses us (${(error as Error).message}). Look at DATABASE_URL.`;
  const { type, message, stack } = serializeError(error);
  return stack ?? `${type}: ${message}`;
}
