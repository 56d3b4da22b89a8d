import { cookieName, cookiePath } from '../../common/cookie-name.js';

/** The result of an operation, shown once on the next page. */
export interface Flash {
  readonly kind: 'done' | 'failed';
  readonly text: string;
}

/** Lifetime of the cookie in seconds. */
export const FLASH_SECONDS = 60;

const MAX_LENGTH = 600;

/** The cookie's name and path, and whether it is limited to HTTPS. */
export function flashCookie(publicUrl: string): { name: string; path: string; secure: boolean } {
  const name = cookieName(publicUrl, 'hangar-flash');
  return { name, path: cookiePath(publicUrl), secure: publicUrl.startsWith('https:') };
}

/** Encodes a message for the cookie. */
export function packFlash({ kind, text }: Flash): string {
  return Buffer.from(JSON.stringify([kind, text.slice(0, MAX_LENGTH)])).toString('base64url');
}

/** Decodes the cookie; `undefined` for anything that {@link packFlash} did not encode. */
export function unpackFlash(value: string | undefined): Flash | undefined {
  if (!value) return undefined;
  try {
    const [kind, text] = JSON.parse(Buffer.from(value, 'base64url').toString()) as unknown[];
    if (typeof text !== 'string') return undefined;
    return { kind: kind === 'failed' ? 'failed' : 'done', text: text.slice(0, MAX_LENGTH) };
  } catch {
    return undefined;
  }
}
