import { DomainError } from './domain-error.js';

/**
 * The path of `return_to` on our own origin, as a browser would read it.
 *
 * @throws {DomainError} it leads elsewhere (`//evil.example`, `/\evil.example`, `https:…`)
 */
export function ownPath(returnTo: string, publicUrl: string): string {
  const base = new URL(publicUrl);
  const target = returnTo.startsWith('/') ? URL.parse(returnTo, base.href) : undefined;
  if (!target || target.origin !== base.origin || target.pathname.startsWith('//')) throw foreignReturn();
  return target.pathname + target.search + target.hash;
}

/** `return_to` leads away from this server. */
function foreignReturn(): DomainError {
  return new DomainError({
    code: 'return_to_refused',
    title: 'Bad return address',
    detail: 'return_to must be a path on this server, such as /console.',
    status: 400,
  });
}
