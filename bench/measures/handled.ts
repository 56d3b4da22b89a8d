import { setTimeout as wait } from 'node:timers/promises';
import { type Child } from '../harness/child.ts';
import { type Sent } from '../harness/sender.ts';

const POLL_MS = 100;

/** Asks the process with the handler when it handled what was sent. */
export class Handled {
  private readonly worker: Child;

  constructor(worker: Child) {
    this.worker = worker;
  }

  /** Waits until everything sent so far was handled, or the time is up. */
  async all({ first, sent }: Sent, mostSeconds: number): Promise<void> {
    const giveUpAt = Date.now() + mostSeconds * 1000;
    while ((await this.worker.ask<number>('handledCount')) < first + sent && Date.now() < giveUpAt) await wait(POLL_MS);
  }

  /** When each was handled, ms after the first was sent; `undefined` where it was not yet. */
  async times({ first, sent: count, startedAt }: Sent): Promise<(number | undefined)[]> {
    const times = await this.worker.ask<Float64Array>('handledTimes', { first, count });
    return Array.from(times, (at) => (at === 0 ? undefined : at - startedAt));
  }
}
