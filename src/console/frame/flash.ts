import { cookieName } from '../../common/cookie-name.js';

/** What came of an act, told once on the next page. */
export interface Flash {
  readonly kind: 'done' | 'failed';
  readonly text: string;
}

/** How long the next page may take, seconds. */
export const FLASH_SECONDS = 60;

const MAX_LENGTH = 600;

/** The cookie's name, and whether it travels by https alone. */
export function flashCookie(publicUrl: string): { name: string; secure: boolean } {
  return { name: cookieName(publicUrl, 'hangar-flash'), secure: publicUrl.startsWith('https:') };
}

/** As the cookie holds it. */
export function packFlash({ kind, text }: Flash): string {
  return Buffer.from(JSON.stringify([kind, text.slice(0, MAX_LENGTH)])).toString('base64url');
}

/** What the cookie holds; `undefined` for anything that {@link packFlash} did not make. */
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
