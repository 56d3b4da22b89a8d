/** The name of a cookie of ours: on https its prefix keeps sister sites and plain http from planting one (RFC 6265bis §4.1.3.2). */
export function cookieName(publicUrl: string, name: string): string {
  return publicUrl.startsWith('https:') ? `__Host-${name}` : name;
}
