import { type CookieSerializeOptions } from '@fastify/cookie';
import { cookieName, cookiePath } from '../../common/cookie-name.js';

/** A cookie's name and attributes. */
export interface CookieOptions {
  readonly name: string;
  readonly options: CookieSerializeOptions;
}

/** Name and attributes of a cookie with an encrypted value. @param maxAge seconds */
export function sealedCookie(publicUrl: string, name: string, maxAge: number): CookieOptions {
  const secure = publicUrl.startsWith('https:');
  return {
    name: cookieName(publicUrl, name),
    options: { httpOnly: true, sameSite: 'lax', path: cookiePath(publicUrl), secure, maxAge },
  };
}
