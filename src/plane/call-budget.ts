import { budgetSpent } from './call-budget.errors.js';
import { type CallPriority } from './call-priority.js';
import { type AcquiredCall, type CallBudgetsRepository } from './call-budgets.repository.js';
import { type PlaneTiming } from './plane-timing.js';
import { rateLimitSigns, retryAfterSeconds } from './rate-limit.js';

/** The part of the calls that each priority leaves to those before it. */
const RESERVED: Record<CallPriority, number> = { interactive: 0, handler: 0.1, background: 0.5 };
/** Those who waited for the reset do not all ask in the same moment. */
const JITTER_MS = 500;
const A_WINDOW_SECONDS = 60;
/** Plane's count may be lower by what is on its way; its reset is told in whole seconds. */
const SLACK = 2;

/** The budget of one call of the SDK, its retries included. */
export class CallBudget {
  private readonly giveUpAt: number;
  private acquired: AcquiredCall | undefined;

  constructor(
    private readonly budgets: CallBudgetsRepository,
    private readonly key: string,
    private readonly priority: CallPriority,
    private readonly timing: Pick<PlaneTiming, 'patienceMs' | 'now' | 'wait'>,
    private readonly onTrouble: (error: unknown) => void,
  ) {
    this.giveUpAt = timing.now() + timing.patienceMs[priority];
  }

  /**
   * Waits until the call may be made, or until the signal is aborted; whoever sends must look at that.
   *
   * @throws {DomainError} `plane_budget_spent`, at once where the reset lies beyond what this call may wait
   */
  async acquire(signal?: AbortSignal): Promise<void> {
    for (;;) {
      const resetsInSeconds = await this.lenient(() => this.take());
      if (resetsInSeconds === undefined) return;
      const waitMs = resetsInSeconds * 1000 + Math.random() * JITTER_MS;
      if (this.timing.now() + waitMs > this.giveUpAt) throw budgetSpent(this.priority, resetsInSeconds);
      await this.timing.wait(waitMs, signal);
      if (signal?.aborted) return;
    }
  }

  /** Follows what Plane says where it is not what was thought; an answer of 429 means that nothing is left. */
  async learn(status: number, headers: Readonly<Record<string, unknown>>): Promise<void> {
    if (status === 429) {
      const seconds = retryAfterSeconds(headers) ?? A_WINDOW_SECONDS;
      await this.lenient(() => this.budgets.spent(this.key, seconds));
      return;
    }
    const { remaining, resetInSeconds } = rateLimitSigns(headers);
    const { acquired } = this;
    if (!acquired || remaining === undefined || resetInSeconds === undefined) return;
    const limit = limitBy(acquired, remaining);
    const reset = Math.abs(resetInSeconds - acquired.resetsInSeconds) > SLACK;
    if (limit === acquired.limit && !reset && remaining >= acquired.remaining - SLACK) return;
    await this.lenient(() => this.budgets.follow(this.key, remaining, resetInSeconds, limit));
  }

  /** Seconds until the reset where nothing could be taken. */
  private async take(): Promise<number | undefined> {
    this.acquired = await this.budgets.acquire(this.key, RESERVED[this.priority]);
    return this.acquired ? undefined : this.budgets.resetsInSeconds(this.key);
  }

  /** The budget is a courtesy to Plane: our database's trouble must not stop the call. */
  private async lenient<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.onTrouble(error);
      return undefined;
    }
  }
}

/** The first call of a window tells a larger limit; a smaller one shows in each window's remaining calls. */
function limitBy(acquired: AcquiredCall, remaining: number): number {
  const first = acquired.remaining === acquired.limit - 1;
  return first && remaining >= acquired.limit ? remaining + 1 : acquired.limit;
}
