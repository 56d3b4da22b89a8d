import { ConfigError } from './config/config.error.js';
import { DomainError } from './common/domain-error.js';
import { EmbeddedDatabaseError } from './database/embedded-database.error.js';
import { serializeError } from './observability/serialize-error.js';

/** `EX_CONFIG` of sysexits.h: what was given cannot work, trying again does not help. */
const EXIT_CONFIG = 78;
const EXIT_FAILURE = 1;

/** Tells a person why the start failed, on standard error, and gives the exit code. No stack where the cause is known. */
export function reportStartFailure(error: unknown): number {
  process.stderr.write(`\n${startFailureText(error)}\n\n`);
  return error instanceof ConfigError ? EXIT_CONFIG : EXIT_FAILURE;
}

/** The text of {@link reportStartFailure}. */
export function startFailureText(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedDatabaseError) return error.message;
  if (error instanceof DomainError) return `${error.detail.replace(/\.$/, '')}.`;
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (code === 'EADDRINUSE')
    return `Hangar cannot start: port ${port} on ${address} is taken. Stop the program that listens there, or set PORT.`;
  if (code === 'EACCES' && syscall === 'listen')
    return `Hangar cannot start: it may not listen on port ${port}. Set PORT to 1024 or above.`;
  if (isUnreachable(code))
    return `Hangar cannot start: the database of DATABASE_URL cannot be reached (${code} ${address ?? ''}:${port ?? ''}).`;
  if (code === '28P01' || code === '28000' || code === '3D000')
    return `Hangar cannot start: the database refuses us (${(error as Error).message}). Look at DATABASE_URL.`;
  const { type, message, stack } = serializeError(error);
  return `Hangar cannot start: ${stack ?? `${type}: ${message}`}`;
}

function isUnreachable(code: string | undefined): boolean {
  return ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN'].includes(code ?? '');
}
