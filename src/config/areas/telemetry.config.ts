import { registerAs } from '@nestjs/config';
import { type Secret } from '../../common/secret.js';
import { IsIn, Max, Min } from '../class-validator.js';
import { commaSeparated, httpUrl, integer, secret } from '../parsers.js';
import { type ResourceAttributes, resourceAttributes } from '../resource-attributes.js';
import { EnvironmentVariable } from '../variable.decorator.js';

const POSITIVE = { message: 'must be at least 1' };
const MAX_DELAY_MS = 600_000;
const NOT_LONGER = { message: 'must be at most 600000, ten minutes' };

/** Traces: the standard variables of OpenTelemetry. */
export class TelemetryConfig {
  @EnvironmentVariable('OTEL_TRACES_EXPORTER', {
    description: '`otlp` sends traces, `none` does not: see [telemetry](telemetry.md)',
    example: 'otlp',
    defaultText: '`otlp` where an endpoint is set, else `none`',
  })
  @IsIn(['otlp', 'none'], { message: 'must be otlp or none' })
  otelTracesExporter?: string;

  @EnvironmentVariable('OTEL_SDK_DISABLED', {
    description: '`true` disables traces, whatever else is set',
    example: 'true',
    default: 'false',
    parse: (text) => text.toLowerCase() === 'true',
  })
  otelSdkDisabled!: boolean;

  @EnvironmentVariable('OTEL_EXPORTER_OTLP_ENDPOINT', {
    description: 'Collector of traces; `/v1/traces` is appended',
    example: 'http://otel-collector:4318',
    defaultText: '`http://localhost:4318`',
    parse: httpUrl,
  })
  otlpEndpoint?: string;

  @EnvironmentVariable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', {
    description: 'The same with its path; nothing is appended',
    example: 'http://otel-collector:4318/v1/traces',
    parse: httpUrl,
  })
  otlpTracesEndpoint?: string;

  @EnvironmentVariable('OTEL_EXPORTER_OTLP_TRACES_HEADERS', {
    description: 'Headers for the collector, `name=value` comma separated; or `OTEL_EXPORTER_OTLP_HEADERS`',
    example: 'api-key=the%20key',
    alias: 'OTEL_EXPORTER_OTLP_HEADERS',
    secret: true,
    parse: (text) => secret(commaSeparated(text).join(',')),
  })
  otlpHeaders?: Secret;

  @EnvironmentVariable('OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', {
    description: 'Timeout of a request to the collector, milliseconds; or `OTEL_EXPORTER_OTLP_TIMEOUT`',
    example: '10000',
    default: '10000',
    alias: 'OTEL_EXPORTER_OTLP_TIMEOUT',
    parse: integer,
  })
  @Min(1, POSITIVE)
  @Max(MAX_DELAY_MS, NOT_LONGER)
  otlpTimeoutMs!: number;

  @EnvironmentVariable('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', {
    description: '`http/protobuf` or `http/json`; or `OTEL_EXPORTER_OTLP_PROTOCOL`',
    example: 'http/protobuf',
    default: 'http/protobuf',
    alias: 'OTEL_EXPORTER_OTLP_PROTOCOL',
  })
  otlpProtocol!: string;

  @EnvironmentVariable('OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', {
    description: '`gzip` or `none`; or `OTEL_EXPORTER_OTLP_COMPRESSION`',
    example: 'gzip',
    default: 'none',
    alias: 'OTEL_EXPORTER_OTLP_COMPRESSION',
  })
  @IsIn(['gzip', 'none'], { message: 'must be gzip or none' })
  otlpCompression!: string;

  @EnvironmentVariable('OTEL_SERVICE_NAME', {
    description: '`service.name` of the traces',
    example: 'hangar',
    default: 'hangar',
  })
  otelServiceName!: string;

  @EnvironmentVariable('OTEL_RESOURCE_ATTRIBUTES', {
    description: 'Further resource attributes of the traces, `key=value` comma separated, percent-encoded',
    example: 'deployment.environment.name=staging,k8s.pod.name=hangar-0',
    defaultText: 'empty',
    parse: resourceAttributes,
  })
  otelResourceAttributes: ResourceAttributes = {};

  @EnvironmentVariable('OTEL_TRACES_SAMPLER', {
    description: 'Which traces are sampled; `parentbased_traceidratio` samples a share',
    example: 'parentbased_traceidratio',
    default: 'parentbased_always_on',
  })
  otelTracesSampler!: string;

  @EnvironmentVariable('OTEL_TRACES_SAMPLER_ARG', {
    description: 'That share, from 0 to 1',
    example: '0.1',
    default: '1',
    parse: share,
  })
  otelTracesSamplerArg!: number;

  @EnvironmentVariable('OTEL_BSP_SCHEDULE_DELAY', {
    description: 'Milliseconds between two batches of spans',
    example: '5000',
    default: '5000',
    parse: integer,
  })
  @Max(MAX_DELAY_MS, NOT_LONGER)
  otelBspScheduleDelayMs!: number;

  @EnvironmentVariable('OTEL_BSP_EXPORT_TIMEOUT', {
    description: 'Timeout of the export of a batch, milliseconds',
    example: '30000',
    default: '30000',
    parse: integer,
  })
  @Min(1, POSITIVE)
  @Max(MAX_DELAY_MS, NOT_LONGER)
  otelBspExportTimeoutMs!: number;

  @EnvironmentVariable('OTEL_BSP_MAX_QUEUE_SIZE', {
    description: 'Maximum number of spans that wait to be sent; more are dropped',
    example: '2048',
    default: '2048',
    parse: integer,
  })
  @Min(1, POSITIVE)
  @Max(1_000_000, { message: 'must be at most 1000000' })
  otelBspMaxQueueSize!: number;

  @EnvironmentVariable('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', {
    description: 'Maximum number of spans in a batch, at most `OTEL_BSP_MAX_QUEUE_SIZE`',
    example: '512',
    default: '512',
    parse: integer,
  })
  @Min(1, POSITIVE)
  otelBspMaxExportBatchSize!: number;

  @EnvironmentVariable('OTEL_PROPAGATORS', {
    description: 'For handlers that use `@opentelemetry/api`: `tracecontext`, `baggage` or `none`',
    example: 'tracecontext,baggage',
    default: 'tracecontext,baggage',
    parse: commaSeparated,
  })
  otelPropagators!: readonly string[];

  /** Whether this process records spans and sends them. */
  get tracesOn(): boolean {
    if (this.otelSdkDisabled || this.otelTracesExporter === 'none') return false;
    const endpoint = this.otlpTracesEndpoint ?? this.otlpEndpoint;
    return this.otelTracesExporter === 'otlp' || endpoint !== undefined;
  }

  /** Address that spans are sent to. */
  get tracesUrl(): string {
    return this.otlpTracesEndpoint ?? `${this.otlpEndpoint ?? 'http://localhost:4318'}/v1/traces`;
  }
}

/** Injects {@link TelemetryConfig} by its `KEY`. */
export const telemetryConfig = registerAs('telemetry', () => new TelemetryConfig());

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new Error('must be a number from 0 to 1');
  return value;
}
