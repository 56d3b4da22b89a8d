import { type CookieSerializeOptions } from '@fastify/cookie';

/** A cookie's name and what the browser is told of it. */
export interface CookieOptions {
  readonly name: string;
  readonly options: CookieSerializeOptions;
}

/** On https the name's prefix keeps sister sites and plain http from planting one (RFC 6265bis §4.1.3.2). */
export function sealedCookie(publicUrl: string, name: string, maxAge: number): CookieOptions {
  const secure = publicUrl.startsWith('https:');
  return {
    name: `${secure ? '__Host-' : ''}${name}`,
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge },
  };
}
