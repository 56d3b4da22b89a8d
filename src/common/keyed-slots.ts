import { codedError } from './coded-error.js';

/** How much runs and waits at once. */
export interface SlotLimits {
  readonly max: number;
  /** Of one key. */
  readonly maxPerKey: number;
  /** Of one key; beyond it work is rejected. */
  readonly maxWaitingPerKey: number;
}

interface Waiting {
  readonly key: string;
  readonly start: () => void;
}

/** Too much of one key waits already. */
const tooManyWaiting = codedError(
  'too_many_requests',
  429,
  'Too many requests',
  (waiting: number) => `You have ${waiting} requests that wait for others of yours. Send fewer at once.`,
  { retryAfterSeconds: 5 },
);

/** Bounds how much work runs at once, in all and of one key; further work waits for its turn, in order. */
export class KeyedSlots {
  private readonly running = new Map<string, number>();
  private waiting: Waiting[] = [];
  private total = 0;

  constructor(private readonly limits: SlotLimits) {}

  /**
   * Resolves with the release of a slot once there is one; call it when the work has ended.
   *
   * @throws {DomainError} `too_many_requests`
   */
  async acquire(key: string): Promise<() => void> {
    const { maxWaitingPerKey } = this.limits;
    if (this.hasRoom(key)) return this.take(key);
    if (this.waiting.filter((each) => each.key === key).length >= maxWaitingPerKey)
      throw tooManyWaiting(maxWaitingPerKey);
    return new Promise((resolve) => {
      this.waiting.push({ key, start: () => resolve(this.take(key)) });
    });
  }

  private hasRoom(key: string): boolean {
    return this.total < this.limits.max && (this.running.get(key) ?? 0) < this.limits.maxPerKey;
  }

  private take(key: string): () => void {
    this.total++;
    this.running.set(key, (this.running.get(key) ?? 0) + 1);
    return () => this.release(key);
  }

  private release(key: string): void {
    this.total--;
    const left = (this.running.get(key) ?? 1) - 1;
    if (left === 0) this.running.delete(key);
    else this.running.set(key, left);
    const next = this.waiting.find((each) => this.hasRoom(each.key));
    if (!next) return;
    this.waiting = this.waiting.filter((each) => each !== next);
    next.start();
  }
}
