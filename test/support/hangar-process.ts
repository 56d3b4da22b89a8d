import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './free-port.js';
import { startProcess } from './start-process.js';
import { until } from './until.js';

const SERVER = resolve('dist/src/main.js');

/** The built server as its own process. */
export class HangarProcess {
  private output = '';
  private lastAnswer = 'nothing';
  private exited: number | string | undefined;

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    folder: string,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.once('close', (code, signal) => {
      this.exited = code ?? signal ?? 'unknown';
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** Starts it and waits until it is ready. `PORT` and the working folder are its own. */
  static async start(environment: Record<string, string>): Promise<HangarProcess> {
    const hangar = await HangarProcess.launch(environment);
    try {
      await hangar.ready();
      return hangar;
    } catch (error) {
      await hangar.end('SIGKILL');
      throw error;
    }
  }

  /** Starts it and waits for nothing. `program` is the built server, or one that starts it in its own way. */
  static async launch(environment: Record<string, string>, program = SERVER): Promise<HangarProcess> {
    const port = environment['PORT'] ?? String(await freePort());
    const folder = mkdtempSync(join(tmpdir(), 'hangar-e2e-'));
    const defaults = { HOST: '127.0.0.1', LOG_LEVEL: 'debug', METRICS_PORT: '0' };
    const child = startProcess([program], { ...defaults, ...environment, PORT: port }, folder);
    return new HangarProcess(`http://localhost:${port}`, child, folder);
  }

  /** All that it wrote so far. */
  get log(): string {
    return this.output;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Sends a signal, and waits for nothing. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Sends a signal and resolves with the exit code, or the signal's name. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    if (this.exited === undefined) {
      this.child.kill(signal);
      await once(this.child, 'close');
    }
    return this.exited ?? 'unknown';
  }

  /** Waits for an exit by itself. */
  async exit(): Promise<number | string> {
    return until('the process to exit', () => this.exited);
  }

  /**
   * Waits until it is ready and has said so, which is a moment after its first answers.
   *
   * @throws with its output and its last answer where it is not in time, or ends instead
   */
  async ready(): Promise<void> {
    const said = (): boolean => this.output.includes('Hangar is ready on ');
    await until('the server to be ready', async () => (await this.isReady()) && said()).catch((error: Error) => {
      throw new Error(`${error.message}; it last answered ${this.lastAnswer}:\n${this.output}`);
    });
  }

  private async isReady(): Promise<boolean> {
    if (this.exited !== undefined) throw new Error(`the server ended (${this.exited})`);
    try {
      const response = await fetch(`${this.url}/health/ready`);
      this.lastAnswer = `${response.status} ${await response.text()}`;
      return response.ok;
    } catch (error) {
      this.lastAnswer = String((error as Error).cause ?? error);
      return false;
    }
  }
}
