import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/support/free-port.ts';
import { Child } from './child.ts';
import { endedChildrenSeconds, processorSeconds } from './processor.ts';
import { hangarEnvironment, isReady, startFlags } from './servers.ts';
import { type StartedParts } from './started-parts.ts';

/** A program whose start is measured. */
export interface Program {
  readonly title: string;
  /** A path below `bench/`. */
  readonly entry: string;
  /** Roles of a Hangar process. */
  readonly roles?: string;
  /** Of a command, which is measured to its end; a program without them is a server. */
  readonly command?: readonly string[];
}

/** Starts programs for the processor time that it takes them, seconds. */
export class Starts {
  private readonly parts: StartedParts;
  private readonly folder: string;

  /** @param folder for logs and compile caches */
  constructor(parts: StartedParts, folder: string) {
    this.parts = parts;
    this.folder = folder;
  }

  /** Where V8 compiles all code anew. */
  async uncached(program: Program, databaseUrl: string): Promise<number> {
    return this.run(program, databaseUrl, { NODE_DISABLE_COMPILE_CACHE: '1' });
  }

  /** With a compile cache of the program's own, which a start before this one has filled. */
  async cached(program: Program, databaseUrl: string): Promise<number> {
    const cache = { NODE_COMPILE_CACHE: join(this.folder, program.title.replaceAll(/\W/g, '-')) };
    if (!existsSync(cache.NODE_COMPILE_CACHE)) await this.run(program, databaseUrl, cache);
    return this.run(program, databaseUrl, cache);
  }

  private async run(program: Program, databaseUrl: string, extra: Record<string, string>): Promise<number> {
    const port = await freePort();
    const environment = {
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      ...(program.roles !== undefined && hangarEnvironment(program.roles)),
      ...extra,
    };
    if (program.command) return commandSeconds(program.entry, program.command, environment);
    return this.serverSeconds(program, port, environment);
  }

  /** Until it is ready. All servers get the flags that `npm start` gives to Hangar. */
  private async serverSeconds(
    { entry, roles }: Program,
    port: number,
    environment: Record<string, string>,
  ): Promise<number> {
    const spec = {
      entry,
      environment,
      logFile: join(this.folder, 'starts.log'),
      nodeArguments: startFlags(),
      ...(roles !== undefined && { isReady: async () => isReady(port) }),
    };
    const child = await Child.start(spec, this.parts);
    const seconds = processorSeconds(child.pid);
    await child.stop();
    return seconds;
  }
}

async function commandSeconds(
  entry: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<number> {
  const before = endedChildrenSeconds(process.pid);
  const program = fileURLToPath(new URL(`../${entry}`, import.meta.url));
  const command = spawn(process.execPath, [program, ...args], { env: environment, stdio: 'ignore' });
  const [code] = (await once(command, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${entry} ${args.join(' ')} exited with ${code}`);
  return endedChildrenSeconds(process.pid) - before;
}
