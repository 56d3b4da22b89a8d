import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// Imports nothing of this project: an old Node loads it too.

/** The folder of Hangar's `package.json`. */
export const PACKAGE_ROOT = resolve(fileURLToPath(import.meta.url), '../../../..');

/** Whether Hangar is a package of an app, and not a clone or an image. */
export const isInstalled = basename(dirname(PACKAGE_ROOT)) === 'node_modules';

/** What the commands read in Hangar's `package.json`. */
export interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Hangar's `package.json`. */
export function ownManifest(): Manifest {
  return JSON.parse(readFileSync(resolve(PACKAGE_ROOT, 'package.json'), 'utf8')) as Manifest;
}
