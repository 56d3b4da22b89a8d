import { type Browser } from './browser.js';

/** The response of `/api/v1/me`, as far as tests read it. */
export interface Me {
  readonly csrfToken: string;
  readonly links: readonly { readonly planeUserId: string }[];
}

/** Who is signed in in a browser, or the problem that says why nobody is. */
export async function meOf(browser: Browser, url: string): Promise<Me> {
  const answer = await browser.open(`${url}/api/v1/me`, { headers: { accept: 'application/json' } });
  return (await answer.json()) as Me;
}

/** Presses the console's button. */
export async function signOut(browser: Browser, url: string, csrfToken: string): Promise<Response> {
  const body = new URLSearchParams({ _csrf: csrfToken });
  return browser.open(`${url}/console/sign-out`, { method: 'POST', body });
}

/** The session's cookie in the answer to a sign-in, as a browser sends it back. */
export function sessionIn(answer: Response): string {
  const cookie = answer.headers.getSetCookie().find((each) => each.startsWith('hangar-session='));
  return cookie?.split(';')[0] ?? '';
}

/** The address with the development token that a server printed at its start; empty where it printed none. */
export function developmentSignIn(log: string): string {
  return /http\S+\/console\/sign-in\?token=[\w-]{32}/.exec(log)?.[0] ?? '';
}
