import { accessSync, constants } from 'node:fs';
import { Secret } from '../common/secret.js';

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

/** A text that is not to be printed. */
export function secret(text: string): Secret {
  return new Secret(text);
}

/** Comma-separated secrets, without empty entries. */
export function secrets(text: string): Secret[] {
  return commaSeparated(text).map((entry) => new Secret(entry));
}

/** Comma-separated texts, trimmed, without empty ones. */
export function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/**
 * An http or https address in the one spelling that URLs are compared in: scheme and host in lower case, no default port, no
 * trailing slash, so that paths can be appended. Without credentials: it is printed, stored and compared.
 */
export function httpUrl(text: string): string {
  const { origin, pathname } = new URL(httpUrlAsWritten(text));
  return origin + pathname.replace(/\/+$/, '');
}

/** The same as it is written, but for a trailing slash: another server compares it with its own spelling. */
export function httpUrlAsWritten(text: string): string {
  const url = parsed(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash)
    throw new Error('must be an http or https address without query');
  if (url.username || url.password) throw new Error('must not contain a user name or a password');
  return text.replace(/\/+$/, '');
}

/** The address of a proxy, possibly with user and password. Secret for that reason. */
export function proxyUrl(text: string): Secret {
  const url = parsed(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash)
    throw new Error('must be an http or https address without query');
  return new Secret(text.replace(/\/+$/, ''));
}

/** A PostgreSQL address. Secret, since it may contain a password. */
export function postgresUrl(text: string): Secret {
  if (!/^postgres(ql)?:\/\/./.test(text) || !parsed(text.replace(/^postgres(ql)?:/, 'http:')))
    throw new Error('must be a postgres:// address');
  return new Secret(text);
}

function parsed(text: string): URL | undefined {
  return URL.parse(text) ?? undefined;
}

/** The path of a readable file. */
export function readableFile(path: string): string {
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch {
    throw new Error(`must be a file that can be read; ${path} is not`);
  }
}
