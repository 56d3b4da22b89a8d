import { context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { withTimeout } from '../../common/with-timeout.js';
import { type HangarConfig } from '../../config/hangar-config.js';
import { ExporterErrors } from './exporter-errors.js';
import { resourceOf } from './resource.js';
import { samplerOf } from './sampler.js';
import { spanExporter } from './span-exporter.js';
import { setTracer } from './tracer.js';

const FLUSH_MS = 2500;
const MAX_VALUE_LENGTH = 4096;

/** Registers OpenTelemetry's SDK, for Hangar's own spans and those of handlers. Resolves with what stops it. */
export async function startSdk(config: HangarConfig): Promise<(withinMs?: number) => Promise<void>> {
  const trouble = new ExporterErrors(config.tracesUrl);
  trouble.listen();
  const provider = new TracerProvider({
    resource: resourceOf(config),
    sampler: samplerOf(config),
    spanLimits: { attributeValueLengthLimit: MAX_VALUE_LENGTH },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: await spanExporter(config),
        scheduledDelayMillis: config.otelBspScheduleDelayMs,
        exportTimeoutMillis: config.otelBspExportTimeoutMs,
        maxQueueSize: config.otelBspMaxQueueSize,
        maxExportBatchSize: config.otelBspMaxExportBatchSize,
      }),
    ],
  });
  // Where another SDK was preloaded, handlers and Hangar use that one: there can be one in a process.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(propagatorOf(config));
  trace.setGlobalTracerProvider(provider);
  setTracer(trace.getTracer('hangar'));
  return async (withinMs = FLUSH_MS) => {
    setTracer(undefined);
    const flushMs = Math.min(FLUSH_MS, withinMs);
    await withTimeout(flushMs, provider.shutdown(), () => new Error('it took too long')).catch(
      (error: unknown) => trouble.tell(error),
    );
  };
}

function propagatorOf({ otelPropagators }: HangarConfig): TextMapPropagator {
  const propagators = [
    ...(otelPropagators.includes('tracecontext') ? [new W3CTraceContextPropagator()] : []),
    ...(otelPropagators.includes('baggage') ? [new W3CBaggagePropagator()] : []),
  ];
  return new CompositePropagator({ propagators: otelPropagators.includes('none') ? [] : propagators });
}
