import { pathPrefix } from './path-prefix.js';

/** The path of a cookie for this path of Hangar's, `/` for all of them. */
export function cookiePath(publicUrl: string, path = '/'): string {
  const prefix = pathPrefix(publicUrl);
  return path === '/' ? prefix || '/' : prefix + path;
}

/**
 * A cookie's name. On https its prefix prevents plain http from setting it; `__Host-`, which requires the path `/`,
 * prevents sibling domains too (RFC 6265bis §4.1.3).
 */
export function cookieName(publicUrl: string, name: string, path = cookiePath(publicUrl)): string {
  if (!publicUrl.startsWith('https:')) return name;
  return path === '/' ? `__Host-${name}` : `__Secure-${name}`;
}
