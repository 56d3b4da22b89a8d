import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser } from './browser.js';
import { dataFolder } from './data-folder.js';
import { freePort } from './free-port.js';
import { endWithFile } from './start-process.js';
import { until } from './until.js';

/** The portal, and what its issuer needs beside the packages that it depends on. */
const MODULES = ['Lemonldap/NG/Portal/Main.pm', 'IO/String.pm', 'String/Random.pm'];
const SERVER = '/usr/bin/starman';
const TEMPLATES = '/usr/share/lemonldap-ng/portal/templates';
/** The portal asks itself nothing, but Hangar asks it for keys while it calls Hangar. */
const WORKERS = '3';
/** As a portal that shares its host with other programs: the issuer has a path and a final slash. */
const PATH = '/sso';
const CLIENT_ID = 'hangar';
const MAX_STEPS = 8;

/** Whether Debian's LemonLDAP::NG and a server for it are installed. */
export function hasLemonldap(): boolean {
  return [...MODULES.map((name) => `/usr/share/perl5/${name}`), SERVER].every((path) => existsSync(path));
}

/** LemonLDAP::NG's portal as its own process, with its demonstration accounts (the password is the name). */
export class Lemonldap {
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly secret: string,
  ) {}

  /**
   * Starts it.
   *
   * @param appUrl where browsers reach Hangar
   * @param groups what the claim `groups` of a person contains: an expression in Perl
   */
  static async start(appUrl: string, groups: string): Promise<Lemonldap> {
    const lemonldap = new Lemonldap(await freePort(), dataFolder(), randomBytes(24).toString('base64url'));
    lemonldap.configure(appUrl, groups);
    await lemonldap.launch();
    return lemonldap;
  }

  get issuer(): string {
    return `http://localhost:${this.port}${PATH}/`;
  }

  /** The variables of an app that uses it. */
  get environment(): Record<string, string> {
    return {
      OIDC_ISSUER: this.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: this.secret,
      OIDC_ROLES_CLAIM: 'groups',
    };
  }

  /** Starts it (again) at the same address. */
  async launch(): Promise<void> {
    const listen = ['--workers', WORKERS, '--listen', `127.0.0.1:${this.port}`];
    const args = [...listen, '--preload-app', '--disable-keepalive', join(this.folder, 'app.psgi')];
    const env = { PATH: process.env['PATH'], LLNG_DEFAULTCONFFILE: join(this.folder, 'lemonldap-ng.ini') };
    const child = endWithFile(spawn(SERVER, args, { env, detached: true }));
    this.child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    await until('LemonLDAP::NG to answer', async () => {
      if (child.exitCode !== null) throw new Error(`LemonLDAP::NG ended:\n${this.output}`);
      const answer = await fetch(`${this.issuer}.well-known/openid-configuration`).catch(() => undefined);
      return answer?.ok;
    });
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'close');
  }

  /** Stops it and deletes its files. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Signs in with a browser, to what the app answers to the portal's redirect. */
  async signIn(browser: Browser, appUrl: string, login: string): Promise<Response> {
    let answer = await browser.open(`${appUrl}/console/sign-in`);
    let address = `${appUrl}/console/sign-in`;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const location = answer.headers.get('location');
      if (location === null) {
        answer = await browser.open(address, { method: 'POST', body: loginForm(await answer.text(), login) });
        continue;
      }
      address = new URL(location, address).href;
      answer = await browser.open(address);
      if (address.includes('/console/sign-in/callback')) return answer;
    }
    throw new Error(`the sign-in does not end: ${address}\n${this.output}`);
  }

  /** Signs out at the portal, and resolves with the addresses that its page opens in frames. */
  async signOut(browser: Browser): Promise<string[]> {
    const page = await (await browser.open(`${this.issuer}?logout=1`)).text();
    return [...page.matchAll(/<iframe src="([^"]+)"/g)].map(([, address = '']) => address.replaceAll('&amp;', '&'));
  }

  private configure(appUrl: string, groups: string): void {
    for (const name of ['conf', 'sessions/lock', 'psessions/lock', 'cache'])
      mkdirSync(join(this.folder, name), { recursive: true });
    const write = (name: string, content: string): void => writeFileSync(join(this.folder, name), content);
    write('app.psgi', APPLICATION);
    write(
      'lemonldap-ng.ini',
      `[all]\nlogLevel = warn\n[configuration]\ntype = File\ndirName = ${join(this.folder, 'conf')}\n[portal]\nstaticPrefix = /static\ntemplateDir = ${TEMPLATES}\nlanguages = en\n`,
    );
    write('conf/lmConf-1.json', JSON.stringify(this.configuration(appUrl, groups)));
  }

  private configuration(appUrl: string, groups: string): object {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const storage = (name: string): object => ({
      Directory: join(this.folder, name),
      LockDirectory: join(this.folder, name, 'lock'),
      generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
    });
    return {
      cfgNum: 1,
      cfgAuthor: 'test',
      cfgDate: String(Math.floor(Date.now() / 1000)),
      cfgVersion: '2.16.1',
      portal: this.issuer,
      domain: 'localhost',
      cookieName: 'lemonldap',
      securedCookie: 0,
      requireToken: 0,
      // None is used; the default one needs GD.
      captcha: '::Main::Plugin',
      authentication: 'Demo',
      userDB: 'Same',
      passwordDB: 'Demo',
      demoExportedVars: { cn: 'cn', mail: 'mail', uid: 'uid' },
      globalStorage: 'Apache::Session::File',
      globalStorageOptions: storage('sessions'),
      persistentStorage: 'Apache::Session::File',
      persistentStorageOptions: storage('psessions'),
      localSessionStorage: 'Cache::FileCache',
      localSessionStorageOptions: { cache_root: join(this.folder, 'cache'), namespace: 'sessions', cache_depth: 3 },
      locationRules: { [`localhost:${this.port}`]: { default: 'accept' } },
      macros: { hangar_groups: groups },
      whatToTrace: 'uid',
      issuerDBOpenIDConnectActivation: 1,
      oidcServicePrivateKeySig: privateKey,
      oidcServicePublicKeySig: publicKey,
      oidcServiceKeyIdSig: 'one',
      oidcServiceAllowAuthorizationCodeFlow: 1,
      oidcServiceIgnoreScopeForClaims: 1,
      oidcRPMetaDataExportedVars: { hangar: { name: 'cn', email: 'mail', groups: 'hangar_groups' } },
      oidcRPMetaDataOptions: { hangar: this.client(appUrl) },
    };
  }

  /** As `docs/sso/lemonldap-ng.md` says. */
  private client(appUrl: string): object {
    return {
      oidcRPMetaDataOptionsClientID: CLIENT_ID,
      oidcRPMetaDataOptionsClientSecret: this.secret,
      oidcRPMetaDataOptionsRedirectUris: `${appUrl}/console/sign-in/callback`,
      oidcRPMetaDataOptionsPostLogoutRedirectUris: `${appUrl}/console/signed-out`,
      oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
      oidcRPMetaDataOptionsUserIDAttr: 'uid',
      oidcRPMetaDataOptionsRequirePKCE: 1,
      oidcRPMetaDataOptionsBypassConsent: 1,
      oidcRPMetaDataOptionsLogoutBypassConfirm: 1,
      oidcRPMetaDataOptionsLogoutUrl: `${appUrl}/console/front-channel-logout`,
      oidcRPMetaDataOptionsLogoutType: 'front',
      oidcRPMetaDataOptionsLogoutSessionRequired: 1,
    };
  }
}

const APPLICATION = `use Plack::Builder;
use Lemonldap::NG::Portal::Main;
my $portal = Lemonldap::NG::Portal::Main->run({});
builder { mount '${PATH}' => $portal; };
`;

/** What the login page sends: its hidden fields, name and password. */
function loginForm(page: string, login: string): URLSearchParams {
  const form = new URLSearchParams();
  for (const [field] of page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const [name, value] = ['name', 'value'].map((attribute) => new RegExp(`${attribute}="([^"]*)"`).exec(field)?.[1]);
    if (name !== undefined) form.set(name, value ?? '');
  }
  form.set('user', login);
  form.set('password', login);
  return form;
}
