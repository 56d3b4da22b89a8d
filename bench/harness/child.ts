import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { until } from '../../test/support/until.ts';
import { type Answer, READY } from './parent.mjs';
import { type StartedParts } from './started-parts.ts';

/** For a machine that does much else. */
const START_TIMEOUT_MS = 120_000;
/** A profile is written when the process ends. */
const END_TIMEOUT_MS = 10_000;
const LOG_LINES = 15;

/** What to start. */
export interface ChildSpec {
  /** A path below `bench/`. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly nodeArguments: readonly string[];
  /** Of a program that is no part of the bench: whether it is ready. It ends with SIGTERM. */
  readonly isReady?: () => Promise<boolean>;
}

/** A process of the bench that answers questions. */
export class Child {
  private readonly process: ChildProcess;
  private readonly spec: ChildSpec;
  private readonly pending = new Map<number, PromiseWithResolvers<unknown>>();
  private readonly ready = Promise.withResolvers<unknown>();
  private asked = 0;
  /** Ends it. */
  readonly stop: () => Promise<void>;

  private constructor(process: ChildProcess, spec: ChildSpec, parts: StartedParts) {
    this.process = process;
    this.spec = spec;
    this.stop = parts.add(() => this.end());
    this.ready.promise.catch(() => undefined);
    process.on('message', (message) => this.take(message as Answer | typeof READY));
    process.once('exit', () => this.fail());
    process.once('error', () => this.fail());
  }

  /** Starts it and waits until it says that it is ready. @throws with the end of its log where it ends instead */
  static async start(spec: ChildSpec, parts: StartedParts): Promise<Child> {
    const log = openSync(spec.logFile, 'a');
    const entry = fileURLToPath(new URL(`../${spec.entry}`, import.meta.url));
    const forked = fork(entry, [], {
      env: spec.environment,
      execArgv: [...spec.nodeArguments],
      serialization: 'advanced',
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    const child = new Child(forked, spec, parts);
    const timer = setTimeout(() => forked.kill('SIGKILL'), START_TIMEOUT_MS);
    void child.look();
    await child.ready.promise.finally(() => clearTimeout(timer));
    return child;
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Asks it something. @throws what it throws, and where it ends */
  async ask<T>(name: string, argument?: unknown): Promise<T> {
    this.asked += 1;
    const answer = Promise.withResolvers<unknown>();
    this.pending.set(this.asked, answer);
    if (this.process.connected) this.process.send({ id: this.asked, name, argument });
    else this.fail();
    return answer.promise as Promise<T>;
  }

  /** Where it does not say itself when it is ready. */
  private async look(): Promise<void> {
    const { entry, isReady } = this.spec;
    if (!isReady) return;
    const found = until(`${entry} to be ready`, isReady);
    await found.then(() => this.ready.resolve(undefined), this.ready.reject);
  }

  private take(message: Answer | typeof READY): void {
    if (message === READY) return this.ready.resolve(undefined);
    const asked = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.error === undefined) asked?.resolve(message.value);
    else asked?.reject(new Error(`${this.spec.entry}: ${message.error}`));
  }

  private fail(): void {
    const log = readFileSync(this.spec.logFile, 'utf8').trim().split('\n').slice(-LOG_LINES).join('\n');
    const error = new Error(`${this.spec.entry} ended; the end of its log:\n${log}`);
    this.ready.reject(error);
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }

  private async end(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    if (this.process.connected) this.process.disconnect();
    if (this.spec.isReady) this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), END_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }
}
