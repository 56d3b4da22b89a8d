import { type IncomingMessage, type ServerResponse } from 'node:http';

/** The limits of a {@link BodyLane}. */
export interface BodyLaneLimits {
  /** Bytes of all bodies in the lane, from their arrival until their response is sent. */
  readonly bytes: number;
  /** The same for the bodies of one source. */
  readonly bytesPerSource: number;
  /** Bodies that are read at the same time. */
  readonly reading: number;
  /** Bodies that wait for room; one source may have half of these places. A further one is cut off. */
  readonly waiting: number;
  /** Where there is no room for more bytes: `pause` their body, or `cut` the one that has been incomplete for longest. */
  readonly whenFull: 'pause' | 'cut';
}

/** How often the progress of bodies is checked. */
const SWEEP_MS = 500;
/** A body must be complete, or bring this many bytes, within the time limit. */
const PROGRESS_BYTES = 65_536;
/** What a body of unknown length may bring: almost every one is smaller. */
const UNKNOWN_BYTES = 65_536;
/** The time limit, 10 s, in sweeps: while this process is busy it reads nothing, and sweeps no more. */
const SLOW_SWEEPS = 20;

/** A body in a {@link BodyLane}. */
export class LaneBody {
  /** Bytes that have arrived. */
  bytes = 0;
  complete = false;
  progressAt = 0;
  slowSweeps = 0;
  private waited = 0;
  private pausedAt: number | undefined;

  constructor(
    readonly request: IncomingMessage,
    readonly source: string,
    private readonly proceed: () => void,
    /** NaN where it is not known. */
    readonly length: number,
  ) {}

  get paused(): boolean {
    return this.pausedAt !== undefined;
  }

  /** How long it has waited for room. */
  get waitedMs(): number {
    return this.waited + (this.pausedAt === undefined ? 0 : performance.now() - this.pausedAt);
  }

  /** Bytes that may still arrive. */
  get remaining(): number {
    return Number.isNaN(this.length) ? UNKNOWN_BYTES : this.length - this.bytes;
  }

  pause(): void {
    this.pausedAt = performance.now();
    this.request.pause();
  }

  resume(): void {
    this.waited = this.waitedMs;
    this.pausedAt = undefined;
    this.progressAt = this.bytes;
    this.slowSweeps = 0;
    this.proceed();
  }
}

/**
 * Limits the memory of bodies whose sender is not known yet. Bytes count from their arrival until the response is sent;
 * the declared length reserves nothing, and limits only how many bodies are resumed at once. The oldest incomplete body
 * always makes progress, so that bodies which wait for each other do not block. One that is too slow is cut off: its
 * connection is closed without an answer, after which every edition of Plane sends a webhook again (docs/plane.md §6).
 */
export class BodyLane {
  /** Incomplete bodies, the oldest first. */
  private readonly incomplete = new Set<LaneBody>();
  private readonly bytesOf = new Map<string, number>();
  private readonly sweeping: NodeJS.Timeout;
  private bytes = 0;
  private completeBytes = 0;
  private paused = 0;

  /** @param onCut called for each body that is cut off, except where its client has disconnected */
  constructor(
    private readonly limits: BodyLaneLimits,
    private readonly onCut: () => void = () => undefined,
  ) {
    this.sweeping = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** Stops checking progress. */
  close(): void {
    clearInterval(this.sweeping);
  }

  /**
   * Admits the body of a request: calls `read` when there is room for its first bytes, with the stream paused; the caller
   * resumes it.
   *
   * @param length the declared length; NaN where there is none
   */
  admit(
    request: IncomingMessage,
    response: ServerResponse,
    source: string,
    length: number,
    read: () => void,
  ): LaneBody {
    let started = false;
    const start = (): void => {
      if (started) return void request.resume();
      started = true;
      request.pause();
      request.on('data', (chunk: Buffer) => this.arrived(body, chunk.length));
      request.once('end', () => this.completed(body));
      read();
    };
    const body = new LaneBody(request, source, start, length);
    response.once('close', () => this.leave(body));
    const room = this.hasRoom(body);
    this.incomplete.add(body);
    if (room || this.isPrivileged(body)) start();
    else if (this.canWait(source)) this.pause(body);
    else this.cut(body);
    return body;
  }

  /** Cuts off bodies that are too slow; resumes others where those that were resumed bring less. Called by a timer. */
  sweep(): void {
    for (const body of this.incomplete) {
      if (body.paused) continue;
      if (body.bytes - body.progressAt >= PROGRESS_BYTES) {
        body.progressAt = body.bytes;
        body.slowSweeps = 0;
      } else if (++body.slowSweeps >= SLOW_SWEEPS) this.cut(body);
    }
    this.wake();
  }

  private arrived(body: LaneBody, bytes: number): void {
    if (!this.incomplete.has(body)) return;
    this.count(body.source, bytes);
    body.bytes += bytes;
    if (body.bytes >= body.length) this.completed(body);
    else if (this.isFull(body.source)) this.makeRoom(body);
  }

  private makeRoom(body: LaneBody): void {
    const victim = this.limits.whenFull === 'cut' ? this.oldestBut(body) : undefined;
    if (victim) this.cut(victim);
    else if (!this.isPrivileged(body)) this.pause(body);
  }

  private completed(body: LaneBody): void {
    if (!this.incomplete.delete(body)) return;
    body.complete = true;
    this.completeBytes += body.bytes;
    this.wake();
  }

  private leave(body: LaneBody): void {
    if (this.incomplete.delete(body)) this.paused -= Number(body.paused);
    else if (body.complete) this.completeBytes -= body.bytes;
    this.count(body.source, -body.bytes);
    body.bytes = 0;
    this.wake();
  }

  private count(source: string, bytes: number): void {
    this.bytes += bytes;
    const ofSource = (this.bytesOf.get(source) ?? 0) + bytes;
    if (ofSource === 0) this.bytesOf.delete(source);
    else this.bytesOf.set(source, ofSource);
  }

  private pause(body: LaneBody): void {
    this.paused += 1;
    body.pause();
  }

  private cut(body: LaneBody): void {
    this.onCut();
    this.leave(body);
    body.request.read(); // frees what has arrived
    body.request.destroy();
  }

  /**
   * Resumes bodies for which there is room now, the oldest first. What each may bring counts as arrived meanwhile: a few
   * released bytes would resume all of them.
   */
  private wake(): void {
    if (this.paused === 0) return;
    const expected = new Map<LaneBody, number>();
    for (const body of this.incomplete) {
      if (!body.paused || !(this.hasRoom(body) || this.isPrivileged(body))) continue;
      const bytes = Math.min(body.remaining, this.limits.bytesPerSource);
      expected.set(body, bytes);
      this.count(body.source, bytes);
      this.paused -= 1;
      body.resume();
    }
    for (const [{ source }, bytes] of expected) this.count(source, -bytes);
  }

  private isFull(source: string): boolean {
    const { bytes, bytesPerSource } = this.limits;
    return this.bytes >= bytes || (this.bytesOf.get(source) ?? 0) >= bytesPerSource;
  }

  private hasRoom({ source }: LaneBody): boolean {
    return !this.isFull(source) && this.incomplete.size - this.paused < this.limits.reading;
  }

  /** Complete bodies that fill the lane are released by their responses alone, so nothing is read beyond them. */
  private isPrivileged(body: LaneBody): boolean {
    const [oldest] = this.incomplete;
    return body === oldest && this.completeBytes < this.limits.bytes;
  }

  private oldestBut(body: LaneBody): LaneBody | undefined {
    const sourceIsFull = (this.bytesOf.get(body.source) ?? 0) >= this.limits.bytesPerSource;
    for (const other of this.incomplete)
      if (other !== body && !other.paused && (!sourceIsFull || other.source === body.source)) return other;
    return undefined;
  }

  private canWait(source: string): boolean {
    if (this.paused >= this.limits.waiting) return false;
    return this.pausedOf(source) < this.limits.waiting / 2;
  }

  private pausedOf(source: string): number {
    let found = 0;
    for (const body of this.incomplete) if (body.paused && body.source === source) found += 1;
    return found;
  }
}
