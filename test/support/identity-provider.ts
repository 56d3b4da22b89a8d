import { type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { type Browser } from './browser.js';
import { freePort } from './free-port.js';
import { until } from './until.js';
import { startProcess } from './start-process.js';

const PROGRAM = resolve('test/support/identity-provider-process.mjs');

/** What a minted token is made of; what is absent is as in a good access token of the provider, `null` leaves a claim out. */
export interface Minted {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: 'own' | 'foreign' | 'none' | 'public key as secret';
}

/** A real OpenID Connect provider as its own process, with one client: the app. */
export class IdentityProvider {
  private child: ChildProcess | undefined;
  private output = '';
  private appUrl: string | undefined;

  private constructor(
    /** Its origin. */
    readonly url: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** Starts it. It takes nobody before it knows {@link app}. @param issuerPath what follows the origin in its issuer */
  static async start(issuerPath = ''): Promise<IdentityProvider> {
    const port = await freePort();
    const provider = new IdentityProvider(`http://localhost:${port}`, {
      PORT: String(port),
      CLIENT_ID: 'hangar',
      CLIENT_SECRET: randomBytes(48).toString('base64url'),
      AUDIENCE: 'hangar-api',
      ISSUER_PATH: issuerPath,
    });
    await provider.restart();
    return provider;
  }

  /** As it writes it itself. */
  get issuer(): string {
    return `${this.url}${this.settings['ISSUER_PATH'] ?? ''}`;
  }

  /** The variables of an app that uses it; roles in the claim `groups`. */
  get environment(): Record<string, string> {
    const { CLIENT_ID = '', CLIENT_SECRET = '', AUDIENCE = '' } = this.settings;
    return {
      OIDC_ISSUER: this.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_ROLES_CLAIM: 'groups',
      OIDC_ROLES_MAP: 'admin=hangar-admins,operator=sre,viewer=staff',
    };
  }

  /** Starts it (again) at the same address, with new keys and no accounts. */
  async restart(): Promise<void> {
    const child = startProcess([PROGRAM], this.settings);
    this.child = child;
    this.output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    await until('the identity provider to listen', () => {
      if (child.exitCode !== null) throw new Error(`the identity provider ended:\n${this.output}`);
      return this.output.includes('listening');
    });
    if (this.appUrl !== undefined) await this.app(this.appUrl);
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  }

  /** Makes an account, or changes what the provider says of it. Its login is its subject. */
  async account(sub: string, claims: Readonly<Record<string, unknown>>): Promise<void> {
    await this.control('account', { sub, claims });
  }

  /** Where browsers reach the app. */
  async app(url: string): Promise<void> {
    this.appUrl = url;
    await this.control('app', { url });
  }

  /** Signs with another key from now on; the one before is gone from its key set. */
  async rotateKeys(): Promise<void> {
    await this.control('rotate');
  }

  /** The algorithm that id tokens are signed with. */
  async idTokenAlgorithm(algorithm: string): Promise<void> {
    await this.control('id-token-algorithm', { algorithm });
  }

  /** Whether claims of a scope are returned only by userinfo. */
  async claimsInUserinfo(only: boolean): Promise<void> {
    await this.control('claims-in-userinfo', { only });
  }

  /** A token that the provider would not make by itself. */
  async mint(wanted: Minted): Promise<string> {
    return String((await this.control('mint', wanted))['token']);
  }

  /** A token by the client credentials grant, for the app's API. @param claims beside the usual ones */
  async machineToken(claims: Readonly<Record<string, unknown>>): Promise<string> {
    await this.control('machine', { claims });
    const { CLIENT_ID = '', CLIENT_SECRET = '' } = this.settings;
    const answer = await fetch(`${this.issuer.replace(/\/$/, '')}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        resource: 'urn:hangar',
      }),
    });
    return String(((await answer.json()) as { access_token?: string }).access_token);
  }

  /** Sends a back-channel logout to the app. */
  async backChannelLogout(sub: string, sid: string): Promise<void> {
    await this.control('back-channel-logout', { sub, sid });
  }

  /** How often each address was asked since the start. */
  async requests(): Promise<Readonly<Record<string, number>>> {
    return (await this.control('requests')) as Record<string, number>;
  }

  /** Signs in with a browser, to what the app answers to the provider's redirect. */
  async signIn(browser: Browser, appUrl: string, login: string, path = '/console/sign-in'): Promise<Response> {
    return browser.open(await this.approve(browser, `${appUrl}${path}`, login));
  }

  /** The same, up to the address at the app that the provider sends the browser to. */
  async approve(browser: Browser, signIn: string, login: string): Promise<string> {
    let address = signIn;
    for (let step = 0; step < 8; step += 1) {
      const isForm = new URL(address).pathname.startsWith('/interaction/');
      const form = { method: 'POST', body: new URLSearchParams({ login }) };
      const answer = await browser.open(address, isForm ? form : {});
      const location = answer.headers.get('location');
      if (location === null) throw new Error(`no redirect at ${address}: ${answer.status} ${await answer.text()}`);
      address = new URL(location, address).href;
      if (address.includes('/console/sign-in/callback')) return address;
    }
    throw new Error(`the sign-in does not end: ${address}`);
  }

  private async control(name: string, body: object = {}): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.url}/_test/${name}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the identity provider cannot ${name}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }
}
