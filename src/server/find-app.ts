import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codedError } from '../common/coded-error.js';
import { type HangarApp, type LoadedApp, registeredApp } from './hangar-app.js';
import { isInstalled, PACKAGE_ROOT } from './package-root.js';

const EXAMPLES = new URL('../handlers/', import.meta.url);
const TEST = /\.(?:spec|test)\.js$/;

const noApp = codedError(
  'no_app',
  400,
  'No app',
  (folder: string) =>
    `there is no app in ${folder}: no package.json there or above has "hangar": { "app": "dist/main.js" }, or, for an application with HangarModule, "hangar": { "host": "dist/app.module.js" }. Run the command in the app's folder, or create an app with "npx hangar new my-app"`,
);
const notBuilt = codedError(
  'app_not_built',
  400,
  'The app is not built',
  (file: string) => `${file} does not exist. Run "npm run build", or correct "hangar" in package.json`,
);
const notAnApp = codedError(
  'not_an_app',
  400,
  'Not an app',
  (file: string) => `${file} does not call runHangar({ imports: [AppModule] }) of the "hangar" in ${PACKAGE_ROOT}`,
);

/** Where the app of a folder is. */
interface AppLocation {
  /** The folder of its `package.json`. */
  readonly folder: string;
  /** The compiled module that calls `runHangar`, or that exports the root module of an application with `HangarModule`. */
  readonly file: string;
  readonly isHost: boolean;
}

/** What `hangar` in a `package.json` may have. */
interface ManifestEntry {
  readonly app?: unknown;
  readonly host?: unknown;
}

let loading = false;
let loaded: Promise<LoadedApp | undefined> | undefined;

/** Whether the app is being loaded for a command: `runHangar` then starts nothing. */
export function isLoadingApp(): boolean {
  return loading;
}

/** The app that the nearest `package.json` above the working folder names, as `"hangar": { "app": "dist/main.js" }`. */
function locateApp(start = process.cwd()): AppLocation | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const { app, host } = entryIn(join(folder, 'package.json'));
    if (typeof app === 'string') return { folder, file: join(folder, app), isHost: false };
    if (typeof host === 'string') return { folder, file: join(folder, host), isHost: true };
    if (folder === dirname(folder)) return undefined;
  }
}

/** Whether the working folder is that of an application with `HangarModule`. */
export function isHostFolder(): boolean {
  return locateApp()?.isHost === true;
}

/**
 * The app of the working folder; outside of one, in a clone of Hangar and its image, the handlers in `src/handlers`.
 *
 * @throws {DomainError} `no_app`, `app_not_built`, `not_an_app`
 */
export async function requireApp(): Promise<LoadedApp> {
  const app = await findApp();
  if (app) return app;
  if (isInstalled) throw noApp(process.cwd());
  return exampleApp();
}

/** {@link requireApp} without the examples and for programs that work without an app: `undefined` where there is none. */
export async function findApp(): Promise<LoadedApp | undefined> {
  loaded ??= loadApp();
  return loaded;
}

/** Hangar's own examples. All files of their folder are loaded: the start notices a class that is not in their module. */
export async function exampleApp(): Promise<HangarApp> {
  const files = await readdir(EXAMPLES, { recursive: true });
  for (const file of files) if (file.endsWith('.js') && !TEST.test(file)) await import(new URL(file, EXAMPLES).href);
  const { HandlersModule } = await import('../handlers/handlers.module.js');
  return { imports: [HandlersModule] };
}

async function loadApp(): Promise<LoadedApp | undefined> {
  const location = locateApp();
  if (!location) return undefined;
  if (!existsSync(location.file)) throw notBuilt(location.file);
  if (location.isHost)
    return { imports: [], host: await (await import('./host-preview.js')).previewHost(location.file) };
  loading = true;
  try {
    await import(pathToFileURL(realpathSync(location.file)).href);
  } finally {
    loading = false;
  }
  const app = registeredApp();
  if (!app) throw notAnApp(location.file);
  return app;
}

/** `hangar` of a manifest; empty where it has none. */
function entryIn(manifest: string): ManifestEntry {
  if (!existsSync(manifest)) return {};
  try {
    const { hangar } = JSON.parse(readFileSync(manifest, 'utf8')) as { hangar?: ManifestEntry };
    return hangar ?? {};
  } catch {
    return {}; // npm itself reports a manifest that is no JSON
  }
}
