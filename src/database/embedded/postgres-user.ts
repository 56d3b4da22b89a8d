import { execFileSync, spawnSync } from 'node:child_process';

/** The account that PostgreSQL's programs run as. */
export interface PostgresUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account to run PostgreSQL as, which does not run as root: for root `postgres`, or `nobody`, which every system has;
 * `undefined`, the current account, for other users.
 */
export function postgresUser(): PostgresUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = account('postgres') ?? account('nobody');
  if (!user) throw new Error('running as root needs an account "postgres" or "nobody" to run PostgreSQL as');
  return user;
}

/** Whether the account can enter an existing folder, or run an existing program, through its parent folders. */
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
