import { Injectable } from '@nestjs/common';
import { RateLimitedLogger } from '../common/rate-limited-logger.js';

const NOTABLE_SECONDS = 30;
const AN_HOUR_MS = 3_600_000;
/** The header has whole seconds, rounded down. */
const HALF_RESOLUTION_MS = 500;

/** Measures the clock skew between Plane and this host by the `Date` of Plane's answers (RFC 9110 §6.6.1). */
@Injectable()
export class PlaneClockService {
  private readonly logger = new RateLimitedLogger(PlaneClockService.name, AN_HOUR_MS);
  private last: number | undefined;

  /** @param date the answer's `Date` @param tookMs how long the answer took */
  note(date: unknown, tookMs: number): void {
    const planeMs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
    if (Number.isNaN(planeMs)) return;
    this.last = (planeMs + HALF_RESOLUTION_MS - (Date.now() - tookMs / 2)) / 1000;
    if (Math.abs(this.last) > NOTABLE_SECONDS)
      this.logger.warn({
        msg: 'clock skew between Plane and this host; check NTP',
        planeIsAheadBySeconds: Math.round(this.last),
      });
  }

  /** Seconds that Plane's clock is ahead of this host's, to about a second; `undefined` before the first answer. */
  skewSeconds(): number | undefined {
    return this.last;
  }
}
