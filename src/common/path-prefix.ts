/** The attributes of markup that contain addresses. */
const ATTRIBUTE = /(\s(?:href|src|action|formaction|data-live)=")(?=\/(?!\/))/g;

/** The path of `PUBLIC_URL` without a trailing slash; empty where it has none. */
export function pathPrefix(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/+$/, '');
}

/** A request's URL without the prefix: some proxies remove it, others do not. */
export function withoutPrefix(url: string, prefix: string): string {
  if (prefix === '' || !isBelow(url, prefix)) return url;
  const rest = url.slice(prefix.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** A path of Hangar's own, or a URL of its origin, as browsers reach it; any other address unchanged. */
export function withPrefix(address: string, publicUrl: string): string {
  const { origin } = new URL(publicUrl);
  const prefix = pathPrefix(publicUrl);
  const start = address.startsWith(`${origin}/`) ? origin : '';
  const path = address.slice(start.length);
  const isOwn = path.startsWith('/') && !path.startsWith('//');
  return isOwn && !isBelow(path, prefix) ? `${start}${prefix}${path}` : address;
}

/** Markup with the prefix before each path in its attributes; values are escaped, so that no other text looks like one. */
export function markupWithPrefix(markup: string, prefix: string): string {
  return prefix === '' ? markup : markup.replace(ATTRIBUTE, `$1${prefix}`);
}

/** Whether a path is the prefix, or begins with it and a slash. */
export function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && /^(?:$|[/?#])/.test(path.slice(prefix.length));
}
