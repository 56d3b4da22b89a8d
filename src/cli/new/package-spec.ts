import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isInstalled, ownManifest, PACKAGE_ROOT } from '../../server/package-root.js';

/** Where an app has the package that did not come from a registry. */
const FOLDER = 'vendor';

/**
 * What an app in `folder` depends on to get this very Hangar: its version where it came from a registry; where it came
 * from a file, that file, copied into the app, so that the app can be installed elsewhere.
 *
 * @throws in a clone, which is no package
 */
export function packageSpec(folder: string): string {
  if (!isInstalled)
    throw new Error(
      'an app depends on a package, and this is a clone. Run "npm pack", then "npx ./hangar-….tgz new my-app"; or name the package with --hangar',
    );
  const tarball = installedFrom();
  if (tarball === undefined) return ownManifest().version;
  const file = join(FOLDER, basename(tarball));
  mkdirSync(join(folder, FOLDER), { recursive: true });
  copyFileSync(tarball, join(folder, file));
  return `file:${file.replaceAll('\\', '/')}`;
}

/** The file that npm installed this package from, by what npm has noted beside it. */
function installedFrom(): string | undefined {
  const modules = dirname(PACKAGE_ROOT);
  const lock = join(modules, '.package-lock.json');
  if (!existsSync(lock)) return undefined;
  const { packages = {} } = JSON.parse(readFileSync(lock, 'utf8')) as {
    packages?: Record<string, { resolved?: string }>;
  };
  const { resolved = '' } = packages['node_modules/hangar'] ?? {};
  if (!resolved.startsWith('file:')) return undefined;
  const file = resolve(dirname(modules), resolved.slice('file:'.length));
  if (!existsSync(file))
    throw new Error(`${file}, which this Hangar was installed from, is not there. Name it with --hangar`);
  return file;
}
