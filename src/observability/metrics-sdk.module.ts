import { Global, Module } from '@nestjs/common';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { METRICS_SDK, type MetricsSdk } from './metrics.service.js';

/** The OpenTelemetry metrics SDK with its Prometheus exporter, for processes that are scraped. */
@Global()
@Module({ providers: [{ provide: METRICS_SDK, useFactory: newSdk }], exports: [METRICS_SDK] })
export class MetricsSdkModule {}

function newSdk(): MetricsSdk {
  const exporter = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    withoutTargetInfo: true,
  });
  return { exporter, meter: new MeterProvider({ readers: [exporter] }).getMeter('hangar') };
}
