import { type IncomingMessage } from 'node:http';
import { freeBuffer } from './free-buffer.js';

/** A body must be complete, or bring this many bytes, within the time limit; while others wait, within a second. */
export const PROGRESS_BYTES = 65_536;
/** What a body of unknown length may bring: almost every one is smaller. */
const UNKNOWN_BYTES = 65_536;
/** What a piece of a body costs beside its bytes, a Buffer and its place in a list; counted from the 17th on. */
const PIECE_BYTES = 512;
const FEW_PIECES = 16;
/** From so many pieces on, they must have this many bytes each on average. Those of TCP have over a thousand. */
const MANY_PIECES = 512;
const MIN_PIECE_BYTES = 64;
/** The time limit, 10 s, in sweeps: while this process is busy it reads nothing, and sweeps no more. */
const SLOW_SWEEPS = 20;
/** A second, in sweeps. */
const SECOND_SWEEPS = 2;

/** A body in a `BodyLane`: how much of it has come, and how fast. */
export class LaneBody {
  /** Bytes that have arrived. */
  bytes = 0;
  /** The memory that they take. */
  memory = 0;
  complete = false;
  /** It has one of the places that read. */
  reading = false;
  /** Those that are freed with {@link freePieces}. */
  pieces: Buffer[] = [];
  private count = 0;
  private progressAt = 0;
  private slowSweeps = 0;
  /** Its bytes at the last sweeps while it was read, the earliest first. */
  private swept: number[] = [];
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

  /** It comes in pieces of a few bytes (`Transfer-Encoding: chunked`), which cost far more than their bytes. */
  get isShredded(): boolean {
    return this.count > MANY_PIECES && this.bytes < this.count * MIN_PIECE_BYTES;
  }

  /** Counts a piece that has arrived. Returns the memory that it takes. */
  add(bytes: number): number {
    this.count += 1;
    this.bytes += bytes;
    const memory = this.count > FEW_PIECES ? bytes + PIECE_BYTES : bytes;
    this.memory += memory;
    return memory;
  }

  /** Frees the memory of what has arrived. */
  freePieces(): void {
    for (const piece of this.pieces) freeBuffer(piece);
    this.pieces = [];
  }

  /** It has brought too little for too long. */
  get isStuck(): boolean {
    return this.slowSweeps >= SLOW_SWEEPS;
  }

  /** Bytes of the last second; infinite where it has been read for less. */
  get lastSecond(): number {
    const [earliest] = this.swept;
    return this.swept.length > SECOND_SWEEPS && earliest !== undefined
      ? this.bytes - earliest
      : Number.POSITIVE_INFINITY;
  }

  /** Notes the progress, once in each sweep. The second begins anew where this process is busy. */
  sweep(busy: boolean): void {
    this.swept = busy ? [] : [...this.swept.slice(-SECOND_SWEEPS), this.bytes];
    this.slowSweeps += 1;
    if (this.bytes - this.progressAt >= PROGRESS_BYTES) this.progressed();
  }

  pause(): void {
    this.pausedAt = performance.now();
    this.request.pause();
  }

  resume(): void {
    this.waited = this.waitedMs;
    this.pausedAt = undefined;
    this.progressed();
    this.swept = [];
    this.proceed();
  }

  private progressed(): void {
    this.progressAt = this.bytes;
    this.slowSweeps = 0;
  }
}
