/** What an agent shows of its work, to be posted as one activity. */
export interface Progress {
  readonly thoughts: readonly string[];
  readonly action?: { readonly name: string; readonly parameters: Readonly<Record<string, string>> };
}

/** Progress of so long is posted as one activity, ms. */
export const MERGE_MS = 3000;
const MAX_THOUGHTS = 12;

/** Posts progress. Resolves with the milliseconds until it may be posted again, where nothing was posted. */
type PostProgress = (progress: Progress) => Promise<number | undefined>;

/**
 * Merges progress to one activity every few seconds: the latest action, and the thoughts. What cannot be posted now is part
 * of the next one. Nothing waits for it.
 */
export class ProgressMerger {
  private pending: Progress = { thoughts: [] };
  private timer: NodeJS.Timeout | undefined;
  private posting: Promise<void> | undefined;
  private notBefore = 0;
  private closed = false;

  constructor(
    private readonly post: PostProgress,
    private readonly mergeMs = MERGE_MS,
    private readonly now = (): number => performance.now(),
  ) {}

  add(progress: Progress): void {
    if (this.closed) return;
    this.pending = merged(this.pending, progress);
    this.schedule();
  }

  /** Posts nothing more. Resolves when nothing is being posted. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.posting;
  }

  /** Posts again, what is added from now on. */
  reopen(): void {
    this.closed = false;
    this.pending = { thoughts: [] };
  }

  private schedule(): void {
    if (this.closed || this.timer || this.posting || isEmpty(this.pending)) return;
    const waitMs = Math.max(0, this.notBefore - this.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.posting = this.flush().finally(() => {
        this.posting = undefined;
        this.schedule();
      });
    }, waitMs).unref();
  }

  private async flush(): Promise<void> {
    const progress = this.pending;
    this.pending = { thoughts: [] };
    const retryMs = await this.post(progress).catch(() => undefined);
    this.notBefore = this.now() + Math.max(this.mergeMs, retryMs ?? 0);
    if (retryMs !== undefined) this.pending = merged(progress, this.pending);
  }
}

function merged(first: Progress, second: Progress): Progress {
  const thoughts = [...first.thoughts, ...second.thoughts].slice(-MAX_THOUGHTS);
  const action = second.action ?? first.action;
  return { thoughts, ...(action && { action }) };
}

function isEmpty({ thoughts, action }: Progress): boolean {
  return thoughts.length === 0 && !action;
}
