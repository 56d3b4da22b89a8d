import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { type Counter, type Histogram, type Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Throttle } from '../common/throttle.js';
import { within } from '../common/within.js';

/** A scrape waits no longer for one reading. */
const PATIENCE_MS = 3000;
const QUIET_MS = 60_000;

/** One value of a gauge, with its labels. */
export interface Reading {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Counts and measures; what it knows is told in Prometheus' text format. Names are the ones that are told. */
@Injectable()
export class MetricsService {
  private readonly logger = new Logger(MetricsService.name);
  private readonly warnings = new Throttle(QUIET_MS);
  private readonly exporter = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    withoutTargetInfo: true,
  });
  private readonly meter: Meter = new MeterProvider({ readers: [this.exporter] }).getMeter('hangar');

  /** @param name ends in `_total` */
  counter(name: string, description: string): Counter {
    return this.meter.createCounter(name, { description });
  }

  /** @param buckets upper bounds, in the unit that the name says */
  histogram(name: string, description: string, buckets: number[]): Histogram {
    return this.meter.createHistogram(name, {
      description,
      advice: { explicitBucketBoundaries: buckets },
    });
  }

  /**
   * Asks for the values at each scrape. What has no value any more is told as NaN, as is everything where reading
   * fails, which is logged, or takes longer than 3 s.
   */
  gauge(name: string, description: string, read: () => Promise<readonly Reading[]>): void {
    const told = new Map<string, Reading['labels']>();
    let underWay: Promise<readonly Reading[]> | undefined;
    // A reading that hangs is waited for by the next scrape, and not asked for once more.
    const shared = (): Promise<readonly Reading[]> =>
      (underWay ??= read().finally(() => (underWay = undefined)));
    this.meter.createObservableGauge(name, { description }).addCallback(async (result) => {
      const readings = await this.readingsOf(name, shared);
      // The library would go on to tell the last value of labels that are not observed again.
      for (const labels of told.values()) result.observe(Number.NaN, labels);
      for (const { value, labels } of readings) {
        told.set(JSON.stringify(labels), labels);
        result.observe(value, labels);
      }
    });
  }

  private async readingsOf(
    metric: string,
    read: () => Promise<readonly Reading[]>,
  ): Promise<readonly Reading[]> {
    try {
      return await within(PATIENCE_MS, read(), () => new Error('it took too long'));
    } catch (err) {
      if (this.warnings.lets()) this.logger.warn({ msg: 'a metric cannot be read', metric, err });
      return [];
    }
  }

  /** Answers a scrape. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    this.exporter.getMetricsRequestHandler(request, response);
  }
}
