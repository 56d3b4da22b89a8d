import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packageSpec } from './package-spec.js';
import { writeTemplates } from './write-templates.js';

// Runs on the Node that is there, which may be too old for Hangar: it imports nothing but files that do too.

/** The options of `hangar new`. */
export const NEW_OPTIONS = [
  { flags: '--hangar <spec>', description: 'what the app depends on as "hangar": a version, or file:/path/to/a.tgz' },
  { flags: '--no-lock', description: 'do not write package-lock.json, which asks the registry' },
] as const;

/** Of a Helm release and an image, which are named like the app. */
const NAME = /^[a-z](?:[a-z0-9-]{0,51}[a-z0-9])?$/;
const EXIT_USAGE = 2;
const RESERVED = new Set(['hangar', 'test', 'node-modules']);

/** Wrong arguments, or a folder that cannot be used. */
class UsageError extends Error {}

/** Creates an app as the arguments of `hangar new` say, and resolves with the exit code. */
export async function createFromArguments(args: readonly string[]): Promise<number> {
  try {
    const { folder, hangar, lock } = parse(args);
    return createApp(resolve(folder), hangar, lock);
  } catch (error) {
    process.stderr.write(`\nhangar: ${(error as Error).message}\n\n`);
    return error instanceof UsageError ? EXIT_USAGE : 1;
  }
}

function parse(args: readonly string[]): { folder: string; hangar: string | undefined; lock: boolean } {
  const options = { hangar: { type: 'string' }, 'no-lock': { type: 'boolean' }, help: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [folder, ...others] = positionals;
    if (values.help === true || folder === undefined || others.length > 0) throw new UsageError(USAGE);
    return { folder, hangar: values.hangar, lock: values['no-lock'] !== true };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${(error as Error).message}\n${USAGE}`);
  }
}

const USAGE = [
  'usage: hangar new <folder>',
  ...NEW_OPTIONS.map(({ flags, description }) => `  ${flags.padEnd(16)}  ${description}`),
].join('\n');

/** @throws {UsageError} for an invalid name, and a folder that is not empty */
function createApp(folder: string, hangar: string | undefined, lock: boolean): number {
  const name = basename(folder);
  if (!NAME.test(name) || RESERVED.has(name))
    throw new UsageError(
      `"${name}" cannot be the name of an app. Use lower-case letters, digits and hyphens, beginning with a letter, such as my-app`,
    );
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UsageError(`${folder} exists and is not empty. Choose another name, or empty the folder`);
  mkdirSync(folder, { recursive: true });
  const files = writeTemplates(folder, name, hangar ?? packageSpec(folder));
  process.stdout.write(`Created ${name} in ${folder}: ${files.length} files.\n`);
  if (lock && !writeLock(folder)) return 1;
  process.stdout.write(nextSteps(folder));
  return 0;
}

/** Writes `package-lock.json`, so that `npm ci` installs the same everywhere. */
function writeLock(folder: string): boolean {
  process.stdout.write('Writing package-lock.json …\n');
  const args = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status === 0) return true;
  process.stderr.write(
    `\nhangar: npm could not write package-lock.json in ${folder}. Run "npm install" there instead of "npm ci"\n\n`,
  );
  return false;
}

function nextSteps(folder: string): string {
  const steps = [`cd ${relative(process.cwd(), folder) || '.'}`, 'npm ci', 'npm test', 'npm start'];
  return `\nNext:\n${steps.map((step) => `  ${step}`).join('\n')}\n\n`;
}
