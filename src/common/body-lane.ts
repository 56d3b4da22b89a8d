import { type IncomingMessage, type ServerResponse } from 'node:http';
import { LaneBody, PROGRESS_BYTES } from './lane-body.js';

/** The limits of a {@link BodyLane}. */
export interface BodyLaneLimits {
  /** Bytes of all bodies in the lane, from their arrival until their response is sent. */
  readonly bytes: number;
  /** The same for the bodies of one source. */
  readonly bytesPerSource: number;
  /** Bodies that are read at the same time; while others wait, one source has a quarter of these places. */
  readonly reading: number;
  /** Bodies that wait for room; one source may have half of these places. A further one is cut off. */
  readonly waiting: number;
  /** Where there is no room for more bytes: `pause` their body, or `cut` the one that has been incomplete for longest. */
  readonly whenFull: 'pause' | 'cut';
}

/** How often the progress of bodies is checked. */
const SWEEP_MS = 500;
/**
 * While others wait, the bodies that are read must bring this together in a second, and each 64 KB, so that a few that fill
 * the lane are not slow for long.
 */
const CROWDED_BYTES = 8 * PROGRESS_BYTES;
const MIN_READING_PER_SOURCE = 4;

/**
 * Limits the memory of bodies whose sender is not known yet. Bytes count from their arrival until the response is sent;
 * the declared length reserves nothing, and limits only how many bodies are resumed at once. The oldest incomplete body
 * always makes progress, so that bodies which wait for each other do not block. One that is too slow is cut off, and sooner
 * while others wait: its connection is closed without an answer, after which every edition of Plane sends a webhook again
 * (docs/plane.md §6).
 */
export class BodyLane {
  /** Incomplete bodies, the oldest first. */
  private readonly incomplete = new Set<LaneBody>();
  private readonly bytesOf = new Map<string, number>();
  private readonly readingOf = new Map<string, number>();
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
   * resumes it, and must have copied what it has read when the stream ends: the pieces are freed then.
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
      this.setReading(body, true);
      if (started) return void request.resume();
      started = true;
      request.pause();
      this.countBytes(body);
      read();
    };
    const body = new LaneBody(request, source, start, length);
    response.once('close', () => this.leave(body));
    const room = this.hasRoom(body) || this.takesPlace(body);
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
      body.sweep(this.completeBytes > 0);
      if (body.isStuck) this.cut(body);
    }
    this.cutSlowest();
    this.wake();
  }

  /** Cuts off the slowest bodies in favour of those that wait: as many, at least a quarter of the slow ones. */
  private cutSlowest(): void {
    if (this.paused === 0) return;
    const least = Math.max(PROGRESS_BYTES, CROWDED_BYTES / (this.incomplete.size - this.paused));
    const slow = [...this.incomplete]
      .filter(
        (body) => !body.paused && body.lastSecond < least && (this.placesAreTaken || this.fillsRoomOfOthers(body)),
      )
      .sort((one, other) => one.lastSecond - other.lastSecond);
    for (const body of slow.slice(0, Math.max(this.paused, slow.length / 4))) this.cut(body);
  }

  private arrived(body: LaneBody, bytes: number): void {
    if (!this.incomplete.has(body)) return;
    this.count(body.source, body.add(bytes));
    if (body.isShredded) this.cut(body);
    else if (body.bytes >= body.length) this.completed(body);
    else if (this.isFull(body.source)) this.makeRoom(body);
  }

  private countBytes(body: LaneBody): void {
    const arrived = (piece: Buffer): void => {
      body.pieces.push(piece);
      this.arrived(body, piece.length);
    };
    body.request.on('data', arrived);
    body.request.once('end', () => {
      body.request.off('data', arrived); // else ended requests outlive collections of the young generation
      this.completed(body);
      process.nextTick(() => body.freePieces()); // once the reader has joined them
    });
  }

  private makeRoom(body: LaneBody): void {
    const victim = this.limits.whenFull === 'cut' ? this.oldestBut(body) : undefined;
    if (victim) this.cut(victim);
    else if (!this.isPrivileged(body)) this.pause(body);
  }

  private completed(body: LaneBody): void {
    if (!this.incomplete.delete(body)) return;
    this.setReading(body, false);
    body.complete = true;
    this.completeBytes += body.memory;
    this.wake();
  }

  private leave(body: LaneBody): void {
    this.setReading(body, false);
    if (this.incomplete.delete(body)) this.paused -= Number(body.paused);
    else if (body.complete) this.completeBytes -= body.memory;
    this.count(body.source, -body.memory);
    body.memory = 0;
    body.freePieces();
    this.wake();
  }

  private count(source: string, bytes: number): void {
    this.bytes += bytes;
    add(this.bytesOf, source, bytes);
  }

  private setReading(body: LaneBody, reading: boolean): void {
    add(this.readingOf, body.source, Number(reading) - Number(body.reading));
    body.reading = reading;
  }

  private pause(body: LaneBody): void {
    this.setReading(body, false);
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
    if (this.isFull(source) || this.placesAreTaken) return false;
    return !this.hasItsPlaces(source) || !this.othersWait(source);
  }

  private get placesAreTaken(): boolean {
    return this.incomplete.size - this.paused >= this.limits.reading;
  }

  /** The source has its share of the places that read, or with `more` than that. */
  private hasItsPlaces(source: string, more = 0): boolean {
    const share = Math.max(MIN_READING_PER_SOURCE, this.limits.reading / 4);
    return (this.readingOf.get(source) ?? 0) >= share + more;
  }

  private othersWait(source: string): boolean {
    for (const body of this.incomplete) if (body.paused && body.source !== source) return true;
    return false;
  }

  /** Those of the same source do not count: a sender of many is slow with each. */
  private fillsRoomOfOthers({ source }: LaneBody): boolean {
    return this.isFull(source) && this.othersWait(source);
  }

  /** Pauses the newest body of a source that has more than its share, in favour of this one. */
  private takesPlace({ source }: LaneBody): boolean {
    if (this.isFull(source) || this.hasItsPlaces(source)) return false;
    const newest = [...this.incomplete].findLast((body) => body.reading && this.hasItsPlaces(body.source, 1));
    if (newest) this.pause(newest);
    return newest !== undefined;
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

function add(sums: Map<string, number>, key: string, value: number): void {
  const sum = (sums.get(key) ?? 0) + value;
  if (sum === 0) sums.delete(key);
  else sums.set(key, sum);
}
