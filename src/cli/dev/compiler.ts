import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { invalidArguments } from '../arguments.js';

/** The last line of each compilation in watch mode, with the number of errors. */
const DONE = /Found (\d+) errors?\. Watching for file changes/;

/** TypeScript's compiler that runs until it is stopped. */
export interface RunningCompiler {
  /** Rejects where it ends by itself. */
  readonly failed: Promise<never>;
  stop(): void;
}

/**
 * The arguments for Node that compile a project at each change, with the TypeScript of the working folder.
 *
 * @throws {DomainError} where there is no such project, or no TypeScript
 */
export function compilerArguments(project: string): string[] {
  if (!existsSync(project))
    throw invalidArguments(
      `${resolve(project)} does not exist. Run "hangar dev" in the folder of an app, or name the file with --project`,
    );
  return [compilerPath(), '--watch', '--preserveWatchOutput', '--pretty', 'false', '--locale', 'en', '-p', project];
}

/**
 * Starts the compiler.
 *
 * @param onCompiled called after each compilation without errors; the others are printed
 */
export function watchCompiler(args: readonly string[], onCompiled: () => void): RunningCompiler {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const errors = DONE.exec(line)?.[1];
    if (errors === undefined) return printError(line);
    if (errors === '0') onCompiled();
    else process.stderr.write(`Not restarted: ${errors} error(s) of the compiler.\n`);
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`the compiler ended (${code})`)));
  });
  failed.catch(() => undefined); // also after stop()
  return { failed, stop: () => void child.kill() };
}

/** What begins with the time of day is progress. */
function printError(line: string): void {
  if (line !== '' && !/^\d{1,2}:\d\d:\d\d/.test(line)) process.stderr.write(`${line}\n`);
}

/** Of the app, not of Hangar. */
function compilerPath(): string {
  try {
    return createRequire(resolve('package.json')).resolve('typescript/bin/tsc');
  } catch {
    throw invalidArguments('there is no TypeScript in this folder. Run "npm install --save-dev typescript"');
  }
}
