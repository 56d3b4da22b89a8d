import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SingleFlight } from '../common/single-flight.js';
import { withTimeout } from '../common/with-timeout.js';
import { MetricsService, type Reading } from '../observability/metrics.service.js';
import { ReadinessService } from './readiness.service.js';

/** Shorter than the time limit of a reading, so that a hanging database is exported as 0 and not as NaN. */
const TIMEOUT_MS = 2000;
/** A query that hangs uses one connection for this long, however many scrapes arrive. */
const RETRY_AFTER_MS = 15_000;

/** Exports whether this process is ready and reaches the database. */
@Injectable()
export class HealthMetricsService {
  constructor(metrics: MetricsService, readiness: ReadinessService, dataSource: DataSource) {
    const ping = new SingleFlight(() => dataSource.query('SELECT 1'), RETRY_AFTER_MS);
    metrics.gauge('hangar_database_up', '1 if this process reaches the database, otherwise 0.', () =>
      succeeds(ping.run()),
    );
    metrics.gauge('hangar_ready', '1 if /health/ready responds with 200, otherwise 0.', () =>
      succeeds(readiness.requireReady()),
    );
  }
}

/** 1 if the promise fulfills in time, otherwise 0. */
async function succeeds(check: Promise<unknown>): Promise<Reading[]> {
  const inTime = withTimeout(TIMEOUT_MS, check, () => new Error('timed out'));
  const value = await inTime.then(
    () => 1,
    () => 0,
  );
  return [{ value }];
}
