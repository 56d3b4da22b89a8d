import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { codedError } from '../common/coded-error.js';
import { loadConfig, processEnvironment } from '../config/load-config.js';
import { readConsoleLink } from '../server/console-link.js';
import { invalidArguments } from './arguments.js';

/** A program that cannot open a browser fails within this time. */
const FAILS_WITHIN_MS = 2000;
const PING_MS = 5000;
const PROGRAMS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

const notRunning = codedError(
  'server_not_running',
  503,
  'The server does not run',
  (url: string) => `no server answers at ${url}. Start it with "npm start" or "npx hangar dev", then try again`,
);

/** `hangar open`: opens the console in a browser, signed in, in development. */
export function openCommand(): Command {
  return new Command('open')
    .description('open the console in a browser, signed in; for development')
    .option('--print', 'only print the address')
    .action(async ({ print = false }: { print?: boolean }) => {
      const environment = processEnvironment();
      if (environment['NODE_ENV'] === 'production')
        throw invalidArguments(
          '"hangar open" is for development, and NODE_ENV is production. Open /console at PUBLIC_URL, and sign in there',
        );
      const { dataDir, publicUrl } = loadConfig(environment);
      await requireServer(publicUrl);
      const address = (await readConsoleLink(dataDir)) ?? `${publicUrl}/console`;
      const opened = !print && (await openBrowser(address));
      process.stdout.write(opened ? `Opened ${publicUrl}/console in the browser.\n` : `${address}\n`);
    });
}

/** @throws {DomainError} `server_not_running` */
async function requireServer(url: string): Promise<void> {
  const signal = AbortSignal.timeout(PING_MS);
  const response = await fetch(`${url}/health/live`, { signal }).catch(() => undefined);
  if (!response?.ok) throw notRunning(url);
}

/** Resolves with whether the system's program for addresses did not fail; it may run as long as the browser. */
async function openBrowser(address: string): Promise<boolean> {
  const [program, ...args] = PROGRAMS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, address], { detached: true, stdio: 'ignore' });
  child.unref();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.once('error', () => resolve(false));
  child.once('exit', (code) => resolve(code === 0));
  return Promise.race([promise, wait(FAILS_WITHIN_MS, true, { ref: true })]);
}
