import { ConfigError } from '../config/config.error.js';
import { escapeControls } from '../common/control-characters.js';
import { DomainError } from '../common/domain-error.js';
import { EmbeddedDatabaseError } from '../database/embedded/embedded-database.error.js';
import { isDatabaseError } from '../common/database-error.js';
import { isDatabaseUnavailable } from '../common/database-unavailable.js';
import { serializeError } from '../common/serialize-error.js';

/** `EX_CONFIG` of sysexits.h: the configuration is wrong, a retry does not help. */
const EXIT_CONFIG = 78;
const EXIT_FAILURE = 1;
const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN']);
/** SQLSTATEs: wrong password, wrong role, missing database. */
const REJECTED = new Set(['28P01', '28000', '3D000']);

/**
 * The message for an error, without a stack trace where the cause is known, and the exit code.
 *
 * @param what failed; the message begins with it
 */
export function describeError(error: unknown, what: string): { readonly text: string; readonly code: number } {
  const whole = error instanceof ConfigError || error instanceof EmbeddedDatabaseError;
  const code = error instanceof ConfigError ? EXIT_CONFIG : EXIT_FAILURE;
  return { text: whole ? error.message : `${what}: ${causeText(error)}`, code };
}

/** Prints {@link describeError} to standard error and returns the exit code. */
export function reportError(error: unknown, what: string): number {
  const { text, code } = describeError(error, what);
  process.stderr.write(`\n${escapeControls(text, '\n\t')}\n\n`);
  return code;
}

/** {@link reportError} for the start of the server. */
export function reportStartupError(error: unknown): number {
  return reportError(error, 'Hangar cannot start');
}

/** The properties that Node adds to errors of sockets and name resolution. */
type NetworkError = NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string };

/** What is wrong and what to do; with a stack trace only for an unexpected error. */
export function causeText(error: unknown): string {
  if (error instanceof EmbeddedDatabaseError) return error.message;
  if (error instanceof DomainError) return `${error.detail.replace(/\.$/, '')}.`;
  const { code, syscall, address, port, hostname } = error as NetworkError;
  const endpoint = address ? `${address}:${port}` : hostname;
  if (code === 'EADDRINUSE')
    return `port ${port} on ${address} is in use. Stop the program that listens there, or set PORT.`;
  if (code === 'EACCES' && syscall === 'listen')
    return `permission denied for port ${port}. Set PORT to 1024 or above.`;
  if (UNREACHABLE.has(code ?? '')) {
    const what = isDatabaseError(error) ? 'the database of DATABASE_URL cannot be reached' : 'a connection failed';
    return `${what} (${[code, endpoint].filter(Boolean).join(' ')}).`;
  }
  if (code === undefined && isDatabaseUnavailable(error))
    return `the database of DATABASE_URL does not respond (${(error as Error).message}).`;
  if (isDatabaseError(error) && REJECTED.has(code ?? ''))
    return `PostgreSQL rejected the connection (${(error as Error).message}). Check DATABASE_URL.`;
  const { type, message, stack } = serializeError(error);
  return stack ?? `${type}: ${message}`;
}
