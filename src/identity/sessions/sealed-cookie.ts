import { type CookieSerializeOptions } from '@fastify/cookie';
import { cookieName } from '../../common/cookie-name.js';

/** A cookie's name and what the browser is told of it. */
export interface CookieOptions {
  readonly name: string;
  readonly options: CookieSerializeOptions;
}

/** A cookie whose value is sealed, for so many seconds. */
export function sealedCookie(publicUrl: string, name: string, maxAge: number): CookieOptions {
  const secure = publicUrl.startsWith('https:');
  return {
    name: cookieName(publicUrl, name),
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge },
  };
}
