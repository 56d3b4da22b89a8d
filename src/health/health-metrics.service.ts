import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SingleFlight } from '../common/single-flight.js';
import { withTimeout } from '../common/with-timeout.js';
import { MetricsService, type Reading } from '../observability/metrics.service.js';
import { ReadinessService } from './readiness.service.js';

/** Shorter than a scrape waits for a reading, so that a database that hangs is told as away, and not as unknown. */
const TIMEOUT_MS = 2000;
/** A question that hangs holds one connection, however many scrapes come meanwhile. */
const HANGS_AFTER_MS = 15_000;

/** Tells whether this process can do its work, and whether it reaches the database. */
@Injectable()
export class HealthMetricsService {
  constructor(metrics: MetricsService, readiness: ReadinessService, dataSource: DataSource) {
    const reached = new SingleFlight(() => dataSource.query('SELECT 1'), HANGS_AFTER_MS);
    metrics.gauge('hangar_database_up', 'Whether this process reaches the database: 1, else 0.', () =>
      told(reached.run()),
    );
    metrics.gauge('hangar_ready', 'Whether /health/ready answers 200: 1, else 0.', () =>
      told(readiness.requireReady()),
    );
  }
}

/** 1 where it is fulfilled in time. */
async function told(whether: Promise<unknown>): Promise<Reading[]> {
  const inTime = withTimeout(TIMEOUT_MS, whether, () => new Error('it is not known in time'));
  return [
    {
      value: await inTime.then(
        () => 1,
        () => 0,
      ),
    },
  ];
}
