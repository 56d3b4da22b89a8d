import { mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { transformSync } from '@swc/core';

/** What TypeScript is compiled to in an application, with the decorators of Nest. */
const COMPILER = {
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'es6' },
} as const;

/**
 * The folder of an application that has installed Hangar: the compiled files, and `node_modules` with links to this clone and
 * its packages. @param files their names in the folder, without suffix, and the TypeScript files that they are of
 */
export function hostFolder(files: Readonly<Record<string, string>>, manifest: object = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hangar-host-')));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', ...manifest }));
  for (const [name, file] of Object.entries(files))
    writeFileSync(join(folder, `${name}.js`), transformSync(readFileSync(file, 'utf8'), COMPILER).code);
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['@nestjs', 'reflect-metadata', 'rxjs'])
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(resolve('.'), join(folder, 'node_modules', 'hangar'));
  return folder;
}
