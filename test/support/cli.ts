import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { NODE_ENVIRONMENT } from './node-environment.js';

/** What a command said and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `hangar …` as built, in a folder without `.env`.
 *
 * @param input for its standard input
 * @param told is given what it says on standard error, when it says it
 */
export async function hangarCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = '',
  told: (text: string) => void = () => undefined,
): Promise<CommandResult> {
  const child = spawn(process.execPath, [resolve('dist/src/cli.js'), ...args], {
    cwd: tmpdir(),
    env: { ...NODE_ENVIRONMENT, ...environment },
  });
  child.stdin.on('error', () => undefined); // not every command reads it
  child.stdin.end(input);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stderr.on('data', () => told(stderr));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
