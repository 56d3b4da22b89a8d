import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { type Counter, createNoopMeter, type Histogram, type Meter } from '@opentelemetry/api';
import { type PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { Throttle } from '../common/throttle.js';
import { withTimeout } from '../common/with-timeout.js';

/** A scrape waits no longer for one reading. */
const TIMEOUT_MS = 3000;
const LOG_INTERVAL_MS = 60_000;

/** One value of a gauge, with its labels. */
export interface Reading {
  readonly value: number;
  readonly labels?: Labels;
}

/** What tells the series of a metric apart. */
export type Labels = Readonly<Record<string, string>>;

/** What counts, and answers scrapes. */
export interface MetricsSdk {
  readonly meter: Meter;
  readonly exporter: PrometheusExporter;
}

/** The injection token of {@link MetricsSdk}. A command has none: nobody scrapes it, and the SDK is a twentieth of its start. */
export const METRICS_SDK = Symbol('hangar:metrics-sdk');

/** Counts and measures; what it knows is told in Prometheus' text format. Names are the ones that are told. */
@Injectable()
export class MetricsService {
  private readonly logger = new Logger(MetricsService.name);
  private readonly warnings = new Throttle(LOG_INTERVAL_MS);
  private readonly meter: Meter;
  private readonly unreadable: Counter;

  constructor(@Optional() @Inject(METRICS_SDK) private readonly sdk?: MetricsSdk) {
    this.meter = sdk?.meter ?? createNoopMeter();
    this.unreadable = this.counter(
      'hangar_metrics_unreadable_total',
      'Readings of a gauge that failed, or took longer than 3 s: it is told as NaN then.',
    );
  }

  /**
   * @param name ends in `_total`
   * @param series those that are told as 0 from the start: the first of what is counted would else be no increase
   */
  counter(name: string, description: string, series: readonly Labels[] = []): Counter {
    const counter = this.meter.createCounter(name, { description });
    for (const labels of series) counter.add(0, labels);
    return counter;
  }

  /** A counter that something else keeps, and that is read at each scrape. @param name ends in `_total` */
  observableCounter(name: string, description: string, read: () => number): void {
    this.meter.createObservableCounter(name, { description }).addCallback((result) => result.observe(read()));
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
    this.unreadable.add(0, { metric: name });
    const told = new Map<string, Labels | undefined>();
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
      return await withTimeout(TIMEOUT_MS, read(), () => new Error('it took too long'));
    } catch (err) {
      this.unreadable.add(1, { metric });
      if (this.warnings.tryAcquire()) this.logger.warn({ msg: 'a metric cannot be read', metric, err });
      return [];
    }
  }

  /** Answers a scrape. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.sdk) this.sdk.exporter.getMetricsRequestHandler(request, response);
    else response.writeHead(404).end();
  }
}
