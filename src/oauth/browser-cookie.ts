import { createHash, randomBytes } from 'node:crypto';
import { type CookieSerializeOptions } from '@fastify/cookie';
import { cookieName } from '../common/cookie-name.js';
import { STATE_LIFE_SECONDS } from './oauth-state.service.js';

const BROWSER_BYTES = 32;
const NAME_HEX_DIGITS = 12;
const SHAPE = /^[\w-]{43}$/;

/** The cookie that binds one consent to the browser that started it. */
export interface BrowserCookie {
  readonly name: string;
  readonly options: CookieSerializeOptions;
}

/** Each state has a cookie of its own, so that tabs opened at the same time do not overwrite each other's. */
export function browserCookie(publicUrl: string, state: string): BrowserCookie {
  const secure = publicUrl.startsWith('https:');
  const suffix = createHash('sha256').update(state).digest('hex').slice(0, NAME_HEX_DIGITS);
  return {
    name: cookieName(publicUrl, `hangar-oauth-${suffix}`),
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: STATE_LIFE_SECONDS },
  };
}

/** The value that the browser sent; empty where it sent none. */
export function browserIn(cookies: Readonly<Record<string, string | undefined>>, { name }: BrowserCookie): string {
  const value = cookies[name] ?? '';
  return SHAPE.test(value) ? value : '';
}

/** A new value for such a cookie. */
export function newBrowserBinding(): string {
  return randomBytes(BROWSER_BYTES).toString('base64url');
}
