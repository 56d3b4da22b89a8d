const TICK_MS = 100;
/** A shorter block is no news: large bodies and garbage collection cause some. */
const MIN_BLOCK_MS = 1000;
const MAX_NAMED = 5;

/** A time in which the process did nothing but run the code of one method. */
interface LoopBlock {
  readonly ms: number;
  /** The handlers that may have caused it: those that ran in the process. */
  readonly by: readonly string[];
}

/** A run of a handler that is in progress. */
export interface WatchedRun {
  readonly handler: string;
  longest?: LoopBlock;
}

/** Notices while handlers run that the event loop of the process is blocked: then nothing else of the process runs. */
export class LoopWatch {
  private readonly runs = new Set<WatchedRun>();
  private timer: NodeJS.Timeout | undefined;
  private aliveAt = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A run begins. Call {@link returned} when its method has returned or thrown, and {@link end} at its end. */
  begin(handler: string): WatchedRun {
    this.alive();
    this.timer ??= setInterval(() => this.alive(), TICK_MS).unref();
    const run = { handler };
    this.runs.add(run);
    return run;
  }

  /** The method of the run has returned: what passed since its begin is its own doing. */
  returned({ handler }: WatchedRun): void {
    this.alive([handler]);
  }

  /** The longest block by now during the run, as a text; `undefined` where there was none of a second. */
  blockedDuring(run: WatchedRun): string | undefined {
    this.alive();
    return run.longest && textOf(run.longest, run.handler);
  }

  end(run: WatchedRun): void {
    this.alive();
    this.runs.delete(run);
    if (this.runs.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Nothing ran since the last call, if that is long ago. */
  private alive(by: readonly string[] = [...new Set([...this.runs].map(({ handler }) => handler))]): void {
    const now = this.now();
    const ms = now - this.aliveAt;
    this.aliveAt = now;
    if (ms < MIN_BLOCK_MS) return;
    for (const run of this.runs) if (ms > (run.longest?.ms ?? 0)) run.longest = { ms, by };
  }
}

function textOf({ ms, by }: LoopBlock, handler: string): string {
  const blocked = `blocked the event loop for ${(ms / 1000).toFixed(1)} s`;
  const others = by.filter((each) => each !== handler).slice(0, MAX_NAMED);
  if (others.length === 0) return `it ${blocked}`;
  if (!by.includes(handler)) return `${others.join(' or ')} ${blocked}`;
  return `it, or ${others.join(' or ')} in the same process, ${blocked}`;
}
