import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  TracerProvider,
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { withTimeout } from '../../common/with-timeout.js';
import { type ServerConfig } from '../../config/areas/server.config.js';
import { type TelemetryConfig } from '../../config/areas/telemetry.config.js';
import { type HangarConfig } from '../../config/hangar-config.js';
import { ExporterErrors } from './exporter-errors.js';
import { spanExporter } from './span-exporter.js';
import { setTracer } from './spans.js';

const FLUSH_MS = 2500;
const MAX_VALUE_LENGTH = 4096;

/** Registers the OpenTelemetry SDK, for spans of Hangar and of handlers. Resolves with a function that stops it. */
export async function startSdk(config: HangarConfig): Promise<(withinMs?: number) => Promise<void>> {
  const exporterErrors = new ExporterErrors(config.tracesUrl);
  exporterErrors.listen();
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
  // A process has one global SDK: if another one was preloaded, Hangar and handlers use that one.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(propagatorOf(config));
  trace.setGlobalTracerProvider(provider);
  setTracer(trace.getTracer('hangar'));
  return async (withinMs = FLUSH_MS) => {
    setTracer(undefined);
    const flushMs = Math.min(FLUSH_MS, withinMs);
    await withTimeout(flushMs, provider.shutdown(), () => new Error('the flush took too long')).catch(
      (error: unknown) => exporterErrors.exportFailed(error),
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

/** The resource attributes of this process. */
function resourceOf({ otelServiceName, otelResourceAttributes, roles }: ServerConfig & TelemetryConfig): Resource {
  return defaultResource().merge(
    resourceFromAttributes({
      'service.instance.id': randomUUID(),
      'host.name': hostname(),
      'process.pid': process.pid,
      'hangar.roles': [...roles],
      'service.name': otelServiceName,
      ...otelResourceAttributes,
    }),
  );
}

const PARENT_BASED = 'parentbased_';

/** The sampler that `OTEL_TRACES_SAMPLER` names. */
function samplerOf({ otelTracesSampler: name, otelTracesSamplerArg: share }: TelemetryConfig): Sampler {
  const root = rootSampler(name.replace(PARENT_BASED, ''), share);
  return name.startsWith(PARENT_BASED) ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(name: string, share: number): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler();
  return name === 'traceidratio' ? new TraceIdRatioBasedSampler(share) : new AlwaysOnSampler();
}
