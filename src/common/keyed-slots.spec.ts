import { describe, expect, it } from '@jest/globals';
import { KeyedSlots } from './keyed-slots.js';

const LIMITS = { max: 3, maxPerKey: 2, maxWaitingPerKey: 2 };

/** What has a slot, in order; `end` ends the first of a name. */
class Work {
  readonly running: string[] = [];
  private readonly releases = new Map<string, () => void>();

  constructor(private readonly slots = new KeyedSlots(LIMITS)) {}

  async begin(...names: string[]): Promise<void> {
    for (const name of names) void this.run(name);
    await this.turn();
  }

  private async run(name: string): Promise<void> {
    this.releases.set(name, await this.slots.acquire(name.charAt(0)));
    this.running.push(name);
  }

  async end(name: string): Promise<void> {
    this.releases.get(name)?.();
    this.running.splice(this.running.indexOf(name), 1);
    await this.turn();
  }

  async reject(name: string): Promise<unknown> {
    return this.slots.acquire(name).catch((error: unknown) => error);
  }

  private async turn(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('slots', () => {
  it('are for a limited number in all and of one key; a free one goes to the first that may have it', async () => {
    const work = new Work();
    await work.begin('a1', 'a2', 'a3', 'b1', 'b2');
    expect(work.running).toEqual(['a1', 'a2', 'b1']);
    await work.end('b1');
    expect(work.running).toEqual(['a1', 'a2', 'b2']);
    await work.end('a1');
    expect(work.running).toEqual(['a2', 'b2', 'a3']);
  });

  it('reject a key that has too many waiting, and no other', async () => {
    const work = new Work();
    await work.begin('a1', 'a2', 'a3', 'a4');
    expect(await work.reject('a')).toMatchObject({ status: 429, code: 'too_many_requests', retryAfterSeconds: 5 });
    await work.begin('b1');
    expect(work.running).toEqual(['a1', 'a2', 'b1']);
  });

  it('are all free again once everything has ended', async () => {
    const work = new Work();
    for (let round = 0; round < 3; round++) {
      await work.begin('a1', 'b1', 'c1');
      expect(work.running).toEqual(['a1', 'b1', 'c1']);
      for (const name of ['a1', 'b1', 'c1']) await work.end(name);
    }
  });
});
