import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { within } from '../common/within.js';
import { MetricsService, type Reading } from '../observability/metrics.service.js';
import { ReadinessService } from './readiness.service.js';

/** Shorter than a scrape waits for a reading, so that a database that hangs is told as away, and not as unknown. */
const PATIENCE_MS = 2000;

/** Tells whether this process can do its work, and whether it reaches the database. */
@Injectable()
export class HealthMetricsService {
  private asked: Promise<boolean> | undefined;

  constructor(
    metrics: MetricsService,
    readiness: ReadinessService,
    private readonly dataSource: DataSource,
  ) {
    metrics.gauge('hangar_database_up', 'Whether this process reaches the database: 1, else 0.', () =>
      told(within(PATIENCE_MS, this.reached(), () => new Error('the database hangs'))),
    );
    metrics.gauge('hangar_ready', 'Whether /health/ready answers 200: 1, else 0.', () =>
      told(within(PATIENCE_MS, readiness.requireReady(), () => new Error('it is not known in time'))),
    );
  }

  /** A question that hangs is not asked once more: it holds one connection, however many scrapes come. */
  private reached(): Promise<boolean> {
    this.asked ??= this.dataSource
      .query('SELECT 1')
      .then(() => true)
      .finally(() => (this.asked = undefined));
    return this.asked;
  }
}

async function told(whether: Promise<unknown>): Promise<Reading[]> {
  return [{ value: (await whether.then(Boolean, () => false)) ? 1 : 0 }];
}
