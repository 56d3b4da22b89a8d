import { randomBytes } from 'node:crypto';
import { type CookieSerializeOptions } from '@fastify/cookie';
import { STATE_LIFE_SECONDS } from './oauth-state.service.js';

const BROWSER_BYTES = 32;
const SHAPE = /^[\w-]{43}$/;

/** A cookie that tells one browser from another while consents are under way; all its tabs share it. */
export interface BrowserCookie {
  readonly name: string;
  readonly options: CookieSerializeOptions;
}

/** On https the name's prefix keeps sister sites and plain http from planting the cookie (RFC 6265bis §4.1.3.2). */
export function browserCookie(publicUrl: string): BrowserCookie {
  const secure = publicUrl.startsWith('https:');
  return {
    name: secure ? '__Host-hangar-oauth' : 'hangar-oauth',
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: STATE_LIFE_SECONDS },
  };
}

/** The browser's id as its cookie tells it; empty where it has none. */
export function browserIn(
  cookies: Readonly<Record<string, string | undefined>>,
  cookie: BrowserCookie,
): string {
  const value = cookies[cookie.name] ?? '';
  return SHAPE.test(value) ? value : '';
}

/** An id for a browser that has none. */
export function newBrowser(): string {
  return randomBytes(BROWSER_BYTES).toString('base64url');
}
