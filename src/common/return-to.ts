import { codedError } from './coded-error.js';

const foreignReturn = codedError(
  'return_to_refused',
  400,
  'Invalid return address',
  'return_to must be a path on this server, such as /console.',
);

/**
 * The path of `return_to` on this server's origin, parsed as browsers do.
 *
 * @throws {DomainError} it leads to another origin (`//evil.example`, `/\evil.example`, `https:…`)
 */
export function ownPath(returnTo: string, publicUrl: string): string {
  const base = new URL(publicUrl);
  const target = returnTo.startsWith('/') ? URL.parse(returnTo, base.href) : undefined;
  if (!target || target.origin !== base.origin || target.pathname.startsWith('//')) throw foreignReturn();
  return target.pathname + target.search + target.hash;
}
