/** A cookie's name. On https its prefix `__Host-` prevents sibling domains and plain http from setting it (RFC 6265bis §4.1.3.2). */
export function cookieName(publicUrl: string, name: string): string {
  return publicUrl.startsWith('https:') ? `__Host-${name}` : name;
}
