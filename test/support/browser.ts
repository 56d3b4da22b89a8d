const SEE = { redirect: 'manual' as const };

/** What a person's browser does: keeps cookies a site, follows where it is sent, presses a button. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  /** Opens an address without following redirects. */
  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url);
    const headers = new Headers(init.headers);
    const cookie = this.cookies.get(origin);
    if (cookie) headers.set('cookie', cookie);
    if (!headers.has('accept')) headers.set('accept', 'text/html,application/xhtml+xml');
    const response = await fetch(url, { ...SEE, ...init, headers });
    const set = response.headers.get('set-cookie')?.split(';')[0];
    if (set) this.cookies.set(origin, set);
    return response;
  }

  /** Begins at the app's setup address, decides on Plane's consent page, and resolves with the callback's address. */
  async consent(hangarUrl: string, setup: string, decision: Decision): Promise<string> {
    const begun = await this.open(`${hangarUrl}${setup}`);
    const page = new URL(begun.headers.get('location') ?? '');
    const form = new URLSearchParams(page.searchParams);
    for (const [name, value] of Object.entries(decision)) form.set(name, value);
    const decided = await this.open(`${page.origin}/auth/o/authorize-app/decide`, {
      method: 'POST',
      body: form,
    });
    return decided.headers.get('location') ?? '';
  }

  /** Begins, decides, and comes back. */
  async install(
    hangarUrl: string,
    setup = '/oauth/setup',
    decision: Decision = { decision: 'install' },
  ): Promise<Response> {
    return this.open(await this.consent(hangarUrl, setup, decision));
  }
}

/** What is pressed and chosen on the simulator's consent page. */
export interface Decision {
  readonly decision: 'install' | 'authorise' | 'refuse';
  readonly workspace?: string;
  readonly user?: string;
}
