import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Environment } from '../../config/environment.js';
import { isInstalled, PACKAGE_ROOT } from '../../server/package-root.js';

const CLI = join(PACKAGE_ROOT, 'dist/src/cli.js');

/**
 * The server of the app as a process that is replaced at each change. The next one has loaded Hangar already, which takes
 * most of the time of a start, and waits for the app. It starts while the one before it shuts down, and listens after that.
 */
export class DevServer {
  private child: ChildProcess | undefined;
  private standby: ChildProcess | undefined;
  private restarting: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(private readonly environment: () => Environment) {}

  /** Replaces the process. A change during a restart causes one more. */
  restart(): void {
    this.again = true;
    this.restarting ??= this.run().finally(() => (this.restarting = undefined));
  }

  /** Stops the process for good. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.restarting;
    this.standby?.disconnect(); // it ends then
    await this.end();
  }

  private async run(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      process.stdout.write('Compiled. Starting the server.\n');
      const ended = this.end();
      const next = this.start();
      await ended;
      if (next.connected) next.send('the ports are free');
    }
  }

  private start(): ChildProcess {
    const child = this.standby?.connected === true ? this.standby : this.load();
    this.child = child;
    child.send(textsOf(this.environment()));
    this.standby = undefined;
    // Once it is ready: loading the next one takes as much of the processor. In a clone, what would be loaded is edited.
    if (isInstalled) child.once('message', () => (this.standby ??= this.stopped ? undefined : this.load()));
    child.once('exit', (code, signal) => {
      if (this.child !== child) return;
      this.child = undefined;
      if (!this.stopped)
        process.stderr.write(`The server ended (${code ?? signal}). It is started again after the next change.\n`);
    });
    return child;
  }

  /** A process that starts the server once it is sent the environment. */
  private load(): ChildProcess {
    const child = spawn(process.execPath, [CLI, 'start', '--migrate', '--standby'], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('error', () => undefined); // its exit is reported
    return child;
  }

  private async end(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
}

/** A message has no `undefined`; an empty text counts as not set too. */
function textsOf(environment: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, text = '']) => [name, text]));
}
