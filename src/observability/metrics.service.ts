import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type Counter, createNoopMeter, type Histogram, type Meter } from '@opentelemetry/api';
import { type PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { RateLimitedLogger } from '../common/rate-limited-logger.js';
import { SingleFlight } from '../common/single-flight.js';
import { withTimeout } from '../common/with-timeout.js';

/** Time limit of one reading during a scrape. */
const TIMEOUT_MS = 3000;

/** One value of a gauge, with its labels. */
export interface Reading {
  readonly value: number;
  readonly labels?: Labels;
}

/** The labels of a series. */
export type Labels = Readonly<Record<string, string>>;

/** The parts of the OpenTelemetry SDK that {@link MetricsService} needs. */
export interface MetricsSdk {
  readonly meter: Meter;
  readonly exporter: PrometheusExporter;
}

/** The injection token of {@link MetricsSdk}. Commands have none: they are not scraped, and loading it slows their start. */
export const METRICS_SDK = Symbol('hangar:metrics-sdk');

/** Counters, gauges and histograms, exported in Prometheus' text format under the given names. */
@Injectable()
export class MetricsService {
  private readonly logger = new RateLimitedLogger(MetricsService.name);
  private readonly meter: Meter;
  private readonly unreadable: Counter;

  constructor(@Optional() @Inject(METRICS_SDK) private readonly sdk?: MetricsSdk) {
    this.meter = sdk?.meter ?? createNoopMeter();
    this.unreadable = this.counter(
      'hangar_metrics_unreadable_total',
      'Readings of a gauge that failed or took longer than 3 s; the gauge is then exported as NaN.',
    );
  }

  /**
   * @param name ends in `_total`
   * @param series exported as 0 from the start: otherwise Prometheus sees no increase at the first count
   */
  counter(name: string, description: string, series: readonly Labels[] = []): Counter {
    const counter = this.meter.createCounter(name, { description });
    for (const labels of series) counter.add(0, labels);
    return counter;
  }

  /** A counter whose value is read at each scrape. @param name ends in `_total` */
  observableCounter(name: string, description: string, read: () => number): void {
    this.meter.createObservableCounter(name, { description }).addCallback((result) => result.observe(read()));
  }

  /** @param buckets upper bounds, in the unit of the name */
  histogram(name: string, description: string, buckets: number[]): Histogram {
    return this.meter.createHistogram(name, {
      description,
      advice: { explicitBucketBoundaries: buckets },
    });
  }

  /**
   * Reads the values at each scrape. A series without a value any more is exported as NaN, as are all of them if the
   * reading fails (which is logged) or takes longer than 3 s.
   */
  gauge(name: string, description: string, read: () => Promise<readonly Reading[]>): void {
    this.unreadable.add(0, { metric: name });
    const exported = new Map<string, Labels | undefined>();
    // The next scrape joins a reading that hangs instead of starting another one.
    const reading = new SingleFlight(read, Number.POSITIVE_INFINITY);
    this.meter.createObservableGauge(name, { description }).addCallback(async (result) => {
      const readings = await this.readingsOf(name, () => reading.run());
      // The library keeps exporting the last value of labels that are not observed again.
      for (const labels of exported.values()) result.observe(Number.NaN, labels);
      for (const { value, labels } of readings) {
        exported.set(JSON.stringify(labels), labels);
        result.observe(value, labels);
      }
    });
  }

  private async readingsOf(metric: string, read: () => Promise<readonly Reading[]>): Promise<readonly Reading[]> {
    try {
      return await withTimeout(TIMEOUT_MS, read(), () => new Error('it took too long'));
    } catch (err) {
      this.unreadable.add(1, { metric });
      this.logger.warn({ msg: 'a metric cannot be read', metric, err });
      return [];
    }
  }

  /** Responds to a scrape. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.sdk) this.sdk.exporter.getMetricsRequestHandler(request, response);
    else response.writeHead(404).end();
  }
}
