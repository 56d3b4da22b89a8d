import { Injectable, Logger } from '@nestjs/common';
import { Throttle } from '../common/throttle.js';

const NOTABLE_SECONDS = 30;
const AN_HOUR_MS = 3_600_000;
/** The header tells whole seconds, cut off. */
const HALF_RESOLUTION_MS = 500;

/** Measures how far Plane's clock is from ours, by the `Date` of its answers (RFC 9110 §6.6.1). */
@Injectable()
export class PlaneClockService {
  private readonly logger = new Logger(PlaneClockService.name);
  private readonly warnings = new Throttle(AN_HOUR_MS);
  private last: number | undefined;

  /** Takes note of an answer's `Date`; `tookMs` is how long the answer took. */
  note(date: unknown, tookMs: number): void {
    const told = typeof date === 'string' ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(told)) return;
    this.last = (told + HALF_RESOLUTION_MS - (Date.now() - tookMs / 2)) / 1000;
    if (Math.abs(this.last) > NOTABLE_SECONDS && this.warnings.tryAcquire())
      this.logger.warn({
        msg: 'the clocks of Plane and of this machine differ; nothing depends on it, but look at NTP',
        planeIsAheadBySeconds: Math.round(this.last),
      });
  }

  /** Seconds that Plane's clock is ahead of ours, to about a second; `undefined` before the first answer. */
  skewSeconds(): number | undefined {
    return this.last;
  }
}
