import { type CallPriority } from './call-priority.js';
import { type AcquiredCall, type CallBudgetsRepository } from './call-budgets.repository.js';
import { budgetSpent } from './plane.error.js';
import { type PlaneTiming } from './plane-timing.js';
import { rateLimitOf, retryAfterSeconds } from './rate-limit.js';

/** The share of the calls that each priority leaves to those before it. */
const RESERVED: Record<CallPriority, number> = { interactive: 0, handler: 0.1, background: 0.5 };
/** Spreads the calls that waited for the reset. */
const JITTER_MS = 500;
const WINDOW_SECONDS = 60;
/** Plane's count may be lower by calls in flight; its reset is in whole seconds. */
const SLACK = 2;

/** The budget of one call of the SDK, its retries included. */
export class CallBudget {
  private readonly giveUpAt: number;
  private acquired: AcquiredCall | undefined;

  constructor(
    private readonly budgets: CallBudgetsRepository,
    private readonly key: string,
    private readonly priority: CallPriority,
    private readonly timing: Pick<PlaneTiming, 'budgetTimeoutMs' | 'now' | 'wait'>,
    private readonly onError: (error: unknown) => void,
    maxWaitMs = timing.budgetTimeoutMs[priority],
  ) {
    this.giveUpAt = timing.now() + maxWaitMs;
  }

  /**
   * Waits until the call may be made, or until the signal is aborted, which the caller must check.
   *
   * @throws {DomainError} `plane_budget_spent`, at once where the reset is later than this call may wait
   */
  async acquire(signal?: AbortSignal): Promise<void> {
    for (;;) {
      const resetsInSeconds = await this.ignoringErrors(() => this.tryAcquire());
      if (resetsInSeconds === undefined) return;
      const waitMs = resetsInSeconds * 1000 + Math.random() * JITTER_MS;
      if (this.timing.now() + waitMs > this.giveUpAt) throw budgetSpent(this.priority, resetsInSeconds);
      await this.timing.wait(waitMs, signal);
      if (signal?.aborted) return;
    }
  }

  /** Corrects the budget where Plane's rate-limit headers differ from it; a 429 means that no calls are left. */
  async learn(status: number, headers: Readonly<Record<string, unknown>>): Promise<void> {
    if (status === 429) {
      const seconds = retryAfterSeconds(headers) ?? WINDOW_SECONDS;
      await this.ignoringErrors(() => this.budgets.spent(this.key, seconds));
      return;
    }
    const { remaining, resetInSeconds } = rateLimitOf(headers);
    const { acquired } = this;
    if (!acquired || remaining === undefined || resetInSeconds === undefined) return;
    const reset = Math.abs(resetInSeconds - acquired.resetsInSeconds) > SLACK;
    if (!reset && remaining < acquired.limit && remaining >= acquired.remaining - SLACK) return;
    await this.ignoringErrors(() => this.budgets.follow(this.key, remaining, resetInSeconds));
  }

  /** Resolves with the seconds until the reset where no call is left. */
  private async tryAcquire(): Promise<number | undefined> {
    this.acquired = await this.budgets.acquire(this.key, RESERVED[this.priority]);
    return this.acquired ? undefined : this.budgets.resetsInSeconds(this.key);
  }

  /** Without the database the call is made anyway: Plane enforces its limit itself. */
  private async ignoringErrors<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.onError(error);
      return undefined;
    }
  }
}
