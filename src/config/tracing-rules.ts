import { type HangarConfig } from './hangar-config.js';

type Rule = readonly [broken: (config: HangarConfig) => boolean, name: string, problem: string];

const PROTOCOLS = ['http/protobuf', 'http/json'];
const PROPAGATORS = ['tracecontext', 'baggage', 'none'];

/** The values of `OTEL_TRACES_SAMPLER` (OpenTelemetry SDK environment variables). */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Rules for traces. They apply only where traces are on: a cluster may set these variables for all of its pods. */
export const TRACING_RULES: readonly Rule[] = [
  [
    (c) => c.tracesOn && !PROTOCOLS.includes(c.otlpProtocol),
    'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
    `must be ${PROTOCOLS.join(' or ')}: Hangar does not support grpc. Use the collector's HTTP port (4318), or disable traces with OTEL_TRACES_EXPORTER=none`,
  ],
  [
    (c) => c.tracesOn && !SAMPLERS.some((name) => name === c.otelTracesSampler),
    'OTEL_TRACES_SAMPLER',
    `must be one of ${SAMPLERS.join(', ')}`,
  ],
  [
    (c) => c.tracesOn && c.otelPropagators.some((name) => !PROPAGATORS.includes(name)),
    'OTEL_PROPAGATORS',
    `must be a list of ${PROPAGATORS.join(', ')}`,
  ],
  [
    (c) => c.tracesOn && c.otelBspMaxExportBatchSize > c.otelBspMaxQueueSize,
    'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    'must be at most OTEL_BSP_MAX_QUEUE_SIZE',
  ],
];
