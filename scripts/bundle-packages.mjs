// Puts packages into `dist/node_modules` that a host application shall not install: what they need in production is a
// small part of them, and of what they bring. `npm pack` runs this; see docs/package.md for the reasons.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild-wasm';
import 'reflect-metadata';

const ROOT = resolve(import.meta.dirname, '..');
const TARGET = join(ROOT, 'dist/node_modules');
const ENTRIES = join(ROOT, 'dist/entries');
/** Bundled with all that they import. */
const BUNDLED = [
  '@nestjs/config',
  '@nestjs/swagger',
  '@opentelemetry/context-async-hooks',
  '@opentelemetry/core',
  '@opentelemetry/exporter-prometheus',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/exporter-trace-otlp-proto',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/sdk-trace',
  'class-validator',
];
/** Copied, these files of them alone. */
const COPIED = {
  '@makeplane/plane-node-sdk': /^(?:LICENSE|dist\/.*\.(?:js|d\.ts))$/,
  'class-validator': /^bundles\/class-validator\.umd\.js$/,
  'swagger-ui-dist': /^(?:LICENSE|NOTICE|swagger-ui\.css|swagger-ui-bundle\.js)$/,
};
/** What the copied packages ask for, but do not load. */
const LEFT_OUT = new Set(['@scarf/scarf', '@types/validator', 'libphonenumber-js', 'ts-jest', 'validator']);
/** Loaded on demand, and only by parts of the bundled packages that Hangar does not use. */
const UNUSED = ['typescript', 'swagger-ui-dist', '@fastify/static', 'yaml'];
const LICENSE = /^(?:licen[sc]e|notice|copying)(?:\.\w+)?$/i;

const own = manifest(ROOT);
const folderOf = (name) => join(ROOT, 'node_modules', name);

rmSync(TARGET, { recursive: true, force: true });
const packages = await bundle();
rmSync(ENTRIES, { recursive: true });
for (const [name, pattern] of Object.entries(COPIED)) copy(name, pattern);
for (const name of new Set([...BUNDLED, ...Object.keys(COPIED)])) writeManifest(name);
writeLicenses(packages);
writePackages([...packages, ...Object.keys(COPIED).map(folderOf)]);

/** One file for each package, and shared ones. Resolves with the folders of all packages in them. */
async function bundle() {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: await Promise.all(BUNDLED.map(writeEntry)),
    outdir: TARGET,
    outExtension: { '.js': '.mjs' }, // beside files in CommonJS
    chunkNames: 'hangar-shared/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    keepNames: true,
    external: [...Object.keys(own.dependencies), ...UNUSED],
    // Packages in CommonJS call `require`, which an ECMAScript module does not have.
    banner: {
      js: `import { createRequire as hangarRequire } from 'node:module'; const require = hangarRequire(import.meta.url);`,
    },
    logLevel: 'error',
    metafile: true,
  });
  const folders = Object.keys(result.metafile.inputs).map(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0],
  );
  return new Set(folders.filter((folder) => folder !== undefined).map((folder) => join(ROOT, folder)));
}

/** The exports of a package by name: of a package in CommonJS a bundle would have a default export alone. */
async function writeEntry(name) {
  const names = Object.keys(await import(name)).filter(
    (each) => !['default', 'module.exports', '__esModule'].includes(each),
  );
  const file = join(ENTRIES, name, 'index.mjs');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `export { ${names.join(', ')} } from '${name}';\n`);
  return { in: file, out: `${name}/index` };
}

/** @throws where the package asks for one that neither Hangar nor LEFT_OUT has */
function copy(name, pattern) {
  const folder = folderOf(name);
  const lacking = Object.keys(manifest(folder).dependencies ?? {}).filter(
    (each) => !(each in own.dependencies || LEFT_OUT.has(each)),
  );
  if (lacking.length > 0)
    throw new Error(`${name} asks for ${lacking.join(', ')}: add it to "dependencies" or LEFT_OUT`);
  for (const file of readdirSync(folder, { recursive: true })) {
    if (!pattern.test(file)) continue;
    mkdirSync(dirname(join(TARGET, name, file)), { recursive: true });
    cpSync(join(folder, file), join(TARGET, name, file));
  }
}

/** By which scanners of images and of installed packages know name and version. */
function writeManifest(name) {
  const { version, license, main, types } = manifest(folderOf(name));
  const entry = BUNDLED.includes(name) ? { main: 'index.mjs' } : { main, types };
  writeFileSync(
    join(TARGET, name, 'package.json'),
    `${JSON.stringify({ name, version, license, ...entry }, undefined, 2)}\n`,
  );
}

/** The licenses of what is in the bundles ask for their text. */
function writeLicenses(folders) {
  const texts = [...folders]
    .toSorted((one, other) => one.localeCompare(other))
    .map((folder) => {
      const { name, version, license } = manifest(folder);
      const files = readdirSync(folder).filter((file) => LICENSE.test(file));
      return [
        `# ${name} ${version} (${license})`,
        ...files.map((file) => readFileSync(join(folder, file), 'utf8')),
      ].join('\n\n');
    });
  writeFileSync(join(TARGET, 'LICENSES.txt'), texts.join('\n\n'));
}

/** For the bill of materials. */
function writePackages(folders) {
  const listed = [...new Set(folders)].map((folder) => {
    const { name, version, license } = manifest(folder);
    return { name, version, license };
  });
  listed.sort((one, other) => one.name.localeCompare(other.name));
  writeFileSync(join(TARGET, 'packages.json'), `${JSON.stringify(listed, undefined, 2)}\n`);
}

function manifest(folder) {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) throw new Error(`${path} does not exist: run npm ci`);
  return JSON.parse(readFileSync(path, 'utf8'));
}
