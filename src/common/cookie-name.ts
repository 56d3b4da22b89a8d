/**
 * A cookie's name. On https its prefix prevents plain http from setting it; `__Host-`, which requires the path `/`,
 * prevents sibling domains too (RFC 6265bis §4.1.3).
 */
export function cookieName(publicUrl: string, name: string, path = '/'): string {
  if (!publicUrl.startsWith('https:')) return name;
  return path === '/' ? `__Host-${name}` : `__Secure-${name}`;
}
