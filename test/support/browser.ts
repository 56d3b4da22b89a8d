const SEE = { redirect: 'manual' as const };

/** What a person's browser does: keeps cookies a site, follows where it is sent, presses a button. */
export class Browser {
  private readonly jars = new Map<string, Map<string, string>>();

  /** Opens an address without following redirects. */
  async open(url: string, init: RequestInit = {}): Promise<Response> {
    const jar = this.jarOf(new URL(url).origin);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    if (!headers.has('accept')) headers.set('accept', 'text/html,application/xhtml+xml');
    const response = await fetch(url, { ...SEE, ...init, headers });
    for (const cookie of response.headers.getSetCookie()) keep(jar, cookie);
    return response;
  }

  /** The names of the cookies of a site. */
  cookies(url: string): string[] {
    return [...this.jarOf(new URL(url).origin).keys()];
  }

  /** Sets a cookie of a site. */
  setCookie(url: string, name: string, value: string): void {
    this.jarOf(new URL(url).origin).set(name, value);
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

  private jarOf(origin: string): Map<string, string> {
    const jar = this.jars.get(origin) ?? new Map<string, string>();
    this.jars.set(origin, jar);
    return jar;
  }
}

function keep(jar: Map<string, string>, cookie: string): void {
  const [pair = ''] = cookie.split(';');
  const at = pair.indexOf('=');
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
  if (value === '') jar.delete(name);
  else jar.set(name, value);
}

/** What is pressed and chosen on the simulator's consent page. */
export interface Decision {
  readonly decision: 'install' | 'authorise' | 'refuse';
  readonly workspace?: string;
  readonly user?: string;
}
