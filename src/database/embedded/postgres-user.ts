import { execFileSync, spawnSync } from 'node:child_process';

/** The account that PostgreSQL's programs run under; `undefined` is our own. */
export interface PostgresUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root runs it as `postgres`, else as `nobody`, which every
 * system has; an ordinary user runs it himself.
 */
export function postgresUser(): PostgresUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = account('postgres') ?? account('nobody');
  if (!user) throw new Error('running as root needs an account "postgres" or "nobody" to run PostgreSQL as');
  return user;
}

/** Whether that account can enter a folder, or run a program, that exists; the folders above it count. */
export function canAccess(user: PostgresUser | undefined, path: string): boolean {
  return !user || spawnSync('test', ['-x', path], { uid: user.uid, gid: user.gid, env: {} }).status === 0;
}

function account(name: string): PostgresUser | undefined {
  try {
    const id = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { stdio: 'pipe', env: {} }).toString());
    return { name, uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
