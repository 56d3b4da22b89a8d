import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { NODE_ENVIRONMENT } from './node-environment.js';
import { endWithFile, startProcess } from './start-process.js';

/** What a command said and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

let host: ChildProcess | undefined;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs `hangar …` as built, in a folder without `.env`, in one process that serves all such calls of the test file, one
 * after the other.
 *
 * @param input for its standard input
 */
export function hangarCommand(args: readonly string[], environment: Environment, input = ''): Promise<CommandResult> {
  const result = turn.then(() => runInHost(args, environment, input));
  turn = result.catch(() => undefined);
  return result;
}

/**
 * The same in a process of its own, for what only a process shows: streams, exit codes, two commands at a time.
 *
 * @param onStderr is given what it has said on standard error, when it says more
 */
export async function hangarProcess(
  args: readonly string[],
  environment: Environment,
  input = '',
  onStderr: (text: string) => void = () => undefined,
): Promise<CommandResult> {
  const child = startProcess([resolve('dist/src/cli.js'), ...args], environment, tmpdir());
  child.stdin.on('error', () => undefined); // not every command reads it
  child.stdin.end(input);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stderr.on('data', () => onStderr(stderr));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

async function runInHost(args: readonly string[], environment: Environment, input: string): Promise<CommandResult> {
  const child = (host ??= startHost());
  const ended = new AbortController();
  const onExit = (): void => ended.abort(new Error('the process that runs commands ended'));
  child.once('exit', onExit);
  child.send({ args, environment, input });
  try {
    const [result] = (await once(child, 'message', { signal: ended.signal })) as [CommandResult];
    return result;
  } finally {
    child.off('exit', onExit);
  }
}

function startHost(): ChildProcess {
  const options = { cwd: tmpdir(), env: { ...NODE_ENVIRONMENT }, execArgv: [], detached: true };
  return endWithFile(fork(resolve('test/support/command-host.mjs'), options));
}
