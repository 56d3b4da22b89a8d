import { ConfigError } from '../config/config.error.js';
import { escapeControls } from '../common/control-characters.js';
import { certificateProblem, TRUST_HINT } from '../common/certificate-problem.js';
import { DomainError } from '../common/domain-error.js';
import { EmbeddedDatabaseError } from '../database/embedded/embedded-database.error.js';
import { isDatabaseError } from '../common/database-error.js';
import { isDatabaseUnavailable, rejectedWrites } from '../common/database-unavailable.js';
import { serializeError } from '../common/serialize-error.js';

/** `EX_CONFIG` of sysexits.h: the configuration is wrong, a retry does not help. */
const EXIT_CONFIG = 78;
const EXIT_FAILURE = 1;
/** The arguments of a command are wrong, as of most programs. */
export const EXIT_USAGE = 2;
/** The codes of errors in arguments, or in the folder where a command is run. */
const USAGE_ERRORS: ReadonlySet<string> = new Set(['wrong_use', 'no_app', 'app_not_built', 'not_an_app']);
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN']);
/** SQLSTATEs: wrong password, wrong role, missing database. */
const REJECTED = new Set(['28P01', '28000', '3D000']);
/** What PostgreSQL says where it asks for a client certificate, or the one it got is not of that user. */
const WANTS_CERTIFICATE = /client certificate|^certificate authentication failed/;
const CERTIFICATE_HINT =
  'DATABASE_URL names the certificate and its key by sslcert=/path/to/client.crt&sslkey=/path/to/client.key; its common name is the user of PostgreSQL';
/** Of OpenSSL: files that are no certificate or no key, do not belong together, or that PostgreSQL rejects. */
const TLS_ERROR = /^ERR_(?:OSSL|SSL)_/;
/** What PgBouncer says where every server connection was in use for long. */
const POOLER_TIMEOUT = 'query_wait_timeout';
const POOLER_HINT =
  ' Its pooler had no free server connection: default_pool_size must be at least 2, and more for load.';
/** What `pg` says, without a code. */
const NO_TLS = /server does not support SSL connections/;
const NO_TLS_TEXT =
  'PostgreSQL offers no TLS, which the sslmode in DATABASE_URL (or PGSSLMODE) asks for. Switch ssl on there, or use sslmode=disable on a network that you trust.';

/**
 * The message for an error, without a stack trace where the cause is known, and the exit code.
 *
 * @param what failed; the message begins with it
 */
export function describeError(error: unknown, what: string): { readonly text: string; readonly code: number } {
  const whole = error instanceof ConfigError || error instanceof EmbeddedDatabaseError;
  return { text: whole ? error.message : `${what}: ${causeText(error)}`, code: exitCodeOf(error) };
}

/** 2 for wrong arguments, 78 for a wrong configuration, 1 for everything else. */
function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return EXIT_CONFIG;
  return error instanceof DomainError && USAGE_ERRORS.has(error.code) ? EXIT_USAGE : EXIT_FAILURE;
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
  const certificate = certificateText(error);
  if (certificate !== undefined) return certificate;
  if (UNREACHABLE.has(code ?? '')) {
    const what = isDatabaseError(error) ? 'the database of DATABASE_URL cannot be reached' : 'a connection failed';
    return `${what} (${[code, endpoint].filter(Boolean).join(' ')}).`;
  }
  if (isDatabaseError(error) && REJECTED.has(code ?? '')) {
    const hint = WANTS_CERTIFICATE.test(error.message) ? CERTIFICATE_HINT : 'Check DATABASE_URL';
    return `PostgreSQL rejected the connection (${error.message}). ${hint}.`;
  }
  if (isDatabaseError(error) && TLS_ERROR.test(code ?? ''))
    return `the TLS connection to PostgreSQL failed (${code}). ${CERTIFICATE_HINT}.`;
  if (isDatabaseUnavailable(error)) {
    const { message } = error as Error;
    return `the database of DATABASE_URL does not respond (${message}).${message === POOLER_TIMEOUT ? POOLER_HINT : ''}`;
  }
  const unwritable = rejectedWrites(error);
  if (unwritable !== undefined) return `${unwritable} (${(error as Error).message}).`;
  const { type, message, stack } = serializeError(error);
  return stack ?? `${type}: ${message}`;
}

/** For a server without TLS, or whose certificate TLS rejects; `undefined` for another error. */
function certificateText(error: unknown): string | undefined {
  const problem = certificateProblem(error);
  if (!problem) return isDatabaseError(error) && NO_TLS.test(error.message) ? NO_TLS_TEXT : undefined;
  if (!isDatabaseError(error)) return `the certificate of a server ${problem.text}. ${TRUST_HINT}.`;
  const hint = problem.untrusted
    ? 'Add sslrootcert=/path/to/ca.pem with the certificate of its authority to DATABASE_URL (on Kubernetes: the value database.ca)'
    : 'Check the host in DATABASE_URL, and the certificate there';
  return `the certificate of PostgreSQL ${problem.text}. ${hint}.`;
}
