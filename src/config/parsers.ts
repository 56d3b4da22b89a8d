import { Secret } from '../common/secret.js';
import { trimmed } from '../common/trimmed.js';
import { requirePostgresUrl, requireProxyUrl } from './credential-url.js';

/** A whole number in decimal digits. */
export function integer(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error('must be a whole number in decimal digits');
  return Number(text);
}

/** `true` or `false`. */
export function boolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error('must be true or false');
  return text === 'true';
}

/** A text that is not to be printed: printable ASCII, as RFC 6749 appendix A.2 allows. */
export function secret(text: string): Secret {
  if (!/^[\x20-\x7e]+$/.test(text)) throw new Error('must be one line of printable ASCII characters');
  return new Secret(text);
}

/** A secret of Plane, which generates them without quotes. */
export function planeSecret(text: string): Secret {
  return secret(oneText(text));
}

/** A text on one line, without a quote that has no counterpart. */
export function oneText(text: string): string {
  if (/\p{Cc}/u.test(text)) throw new Error('must be one line without control characters');
  if (/^["'`]|["'`]$/.test(text)) throw new Error('begins or ends with a quote: remove it');
  return text;
}

/** Texts that commas or line breaks separate, each {@link trimmed}, without empty ones. */
export function commaSeparated(text: string): string[] {
  return text
    .split(/[,\r\n]+/)
    .map((entry) => trimmed(entry))
    .filter((entry) => entry !== '');
}

/** Texts that blanks or line breaks separate, with single blanks between them. */
export function blankSeparated(text: string): string {
  return text.trim().split(/\s+/).join(' ');
}

/**
 * An http or https address in the one spelling that URLs are compared in: scheme and host in lower case, no default port, no
 * trailing slash, so that paths can be appended. Without credentials: it is printed, stored and compared.
 */
export function httpUrl(text: string): string {
  const { origin, pathname } = new URL(httpUrlAsWritten(text));
  return origin + pathname.replace(/\/+$/, '');
}

/** The same as it is written, a final slash included: another server compares it with its own spelling. */
export function httpUrlAsWritten(text: string): string {
  // Where it reads in two ways, what follows is no host: the @ ends a password.
  if (text.includes('@')) throw new Error('must not contain a user name or a password, and no @');
  const url = parsed(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash)
    throw new Error('must be an http or https address without query');
  return text;
}

/** The same without a final slash: our own routes have none. */
export function ownUrlAsWritten(text: string): string {
  return httpUrlAsWritten(text).replace(/\/+$/, '');
}

/** The address of a proxy, possibly with user and password. Secret for that reason. */
export function proxyUrl(text: string): Secret {
  requireProxyUrl(text);
  return new Secret(text.replace(/\/+$/, ''));
}

/** A PostgreSQL address. Secret, since it may contain a password. */
export function postgresUrl(text: string): Secret {
  requirePostgresUrl(text);
  return new Secret(text);
}

/** The name of a schema of PostgreSQL, written without quotes. */
export function schemaName(text: string): string {
  if (!/^[a-z_][a-z0-9_]{0,42}$/.test(text) || /^(?:pg_|pgboss$|information_schema$)|_pgboss$/.test(text))
    throw new Error(
      'must be 1 to 43 lower-case letters, digits and underscores; names of PostgreSQL (pg_…, information_schema) and of the queue (pgboss, …_pgboss) are taken',
    );
  return text;
}

/** `URL` itself removes line breaks and accepts quotes. */
function parsed(text: string): URL | undefined {
  if (/[\s\p{Cc}]|^["'`]|["'`]$/u.test(text)) return undefined;
  return URL.parse(text) ?? undefined;
}
