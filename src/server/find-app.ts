import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codedError } from '../common/coded-error.js';
import { type HangarApp, registeredApp } from './hangar-app.js';
import { isInstalled, PACKAGE_ROOT } from './package-root.js';

const EXAMPLES = new URL('../handlers/', import.meta.url);
const TEST = /\.(?:spec|test)\.js$/;

const noApp = codedError(
  'no_app',
  400,
  'No app',
  (folder: string) =>
    `there is no app in ${folder}: no package.json there or above has "hangar": { "app": "dist/main.js" }. Run the command in the app's folder, or create an app with "npx hangar new my-app"`,
);
const notBuilt = codedError(
  'app_not_built',
  400,
  'The app is not built',
  (file: string) => `${file} does not exist. Run "npm run build", or correct "hangar.app" in package.json`,
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
  /** The compiled module that calls `runHangar`. */
  readonly file: string;
}

let loading = false;
let loaded: Promise<HangarApp | undefined> | undefined;

/** Whether the app is being loaded for a command: `runHangar` then starts nothing. */
export function isLoadingApp(): boolean {
  return loading;
}

/** The app that the nearest `package.json` above the working folder names, as `"hangar": { "app": "dist/main.js" }`. */
function locateApp(start = process.cwd()): AppLocation | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const file = appFileIn(join(folder, 'package.json'));
    if (file !== undefined) return { folder, file: join(folder, file) };
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * The app of the working folder; outside of one, in a clone of Hangar and its image, the handlers in `src/handlers`.
 *
 * @throws {DomainError} `no_app`, `app_not_built`, `not_an_app`
 */
export async function requireApp(): Promise<HangarApp> {
  const app = await findApp();
  if (app) return app;
  if (isInstalled) throw noApp(process.cwd());
  return exampleApp();
}

/** {@link requireApp} without the examples and for programs that work without an app: `undefined` where there is none. */
export async function findApp(): Promise<HangarApp | undefined> {
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

async function loadApp(): Promise<HangarApp | undefined> {
  const location = locateApp();
  if (!location) return undefined;
  if (!existsSync(location.file)) throw notBuilt(location.file);
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

/** The text of `hangar.app` in a manifest, where it is set. */
function appFileIn(manifest: string): string | undefined {
  if (!existsSync(manifest)) return undefined;
  try {
    const { hangar } = JSON.parse(readFileSync(manifest, 'utf8')) as { hangar?: { app?: unknown } };
    return typeof hangar?.app === 'string' ? hangar.app : undefined;
  } catch {
    return undefined; // npm itself reports a manifest that is no JSON
  }
}
