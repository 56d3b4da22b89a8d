import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment } from './hangar-with-simulator.js';
import { HangarProcess } from './hangar-process.js';
import { linesOf, type Run, runsIn } from './recorded-runs.js';

/** One process of a replica: where it writes down its runs, and when it was killed. */
interface Life {
  readonly process: HangarProcess;
  readonly file: string;
  killedAt?: number;
}

/** A server with handlers that write down their runs; it may be killed and started again at the same address. */
export class Replica {
  private readonly lives: Life[] = [];

  /**
   * @param program a file of `test/support` that starts a server by `handler-server.mjs`
   * @param folder for the files of its runs
   * @param environment with `PORT` and `METRICS_PORT`
   */
  constructor(
    private readonly program: string,
    private readonly folder: string,
    readonly environment: Environment,
  ) {}

  get url(): string {
    return this.life.process.url;
  }

  get metricsUrl(): string {
    return `http://localhost:${this.environment['METRICS_PORT']}/metrics`;
  }

  /** Starts it, and waits until it is ready. */
  async start(): Promise<void> {
    const file = join(this.folder, `${this.environment['PORT']}.${this.lives.length}.runs`);
    const environment = { ...this.environment, RECORD_FILE: file };
    const process = await HangarProcess.launch(environment, this.program);
    this.lives.push({ process, file });
    await process.ready();
  }

  /** Ends it with SIGKILL, and starts it again. @param between is done while it does not run */
  async killAndStart(between: () => Promise<unknown> = async () => undefined): Promise<void> {
    const { life } = this;
    life.killedAt = Date.now();
    await life.process.end('SIGKILL');
    await between();
    await this.start();
  }

  /** Ends it with SIGTERM. Resolves with the exit code. */
  async end(): Promise<number | string> {
    return this.life.process.end('SIGTERM');
  }

  /** The same, and starts it again. */
  async restart(): Promise<number | string> {
    const code = await this.end();
    await this.start();
    return code;
  }

  /** The runs in all its processes. */
  runs(): Run[] {
    return this.lives.flatMap(({ file, killedAt }) => runsIn(file, killedAt));
  }

  /** How often its handlers wrote that down, in the process that was started last. */
  count(what: string): number {
    return linesOf(this.life.file).filter(([first]) => first === what).length;
  }

  /** Lets a waiting handler continue. */
  release(): void {
    writeFileSync(`${this.life.file}.release`, '');
  }

  /** What the process wrote that was started last. */
  get log(): string {
    return this.life.process.log;
  }

  /** Ends what runs of it, whatever state that is in. */
  async stop(): Promise<void> {
    await Promise.all(this.lives.map(({ process }) => process.end('SIGKILL')));
  }

  private get life(): Life {
    const last = this.lives.at(-1);
    if (!last) throw new Error('the replica was not started');
    return last;
  }
}
