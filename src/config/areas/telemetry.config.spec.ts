import { describe, expect, it } from '@jest/globals';
import { type ConfigError } from '../config.error.js';
import { loadConfig } from '../load-config.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

function messageOf(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
    return '';
  } catch (error) {
    return (error as ConfigError).message;
  }
}

describe('TelemetryConfig', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['nothing is set', {}, false],
    ['an endpoint is set', ENDPOINT, true],
    ['an endpoint of traces is set', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector/t' }, true],
    ['the exporter is otlp', { OTEL_TRACES_EXPORTER: 'otlp' }, true],
    ['the exporter is none', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, false],
    ['the SDK is disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }, false],
  ])('enables or disables traces where %s', (_, environment, on) => {
    expect(loadConfig(environment).tracesOn).toBe(on);
  });

  it('appends the path only to the endpoint of all signals', () => {
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector/own' };
    const url = (environment: Record<string, string>): string => loadConfig(environment).tracesUrl;
    expect(url({})).toBe('http://localhost:4318/v1/traces');
    expect(url(ENDPOINT)).toBe('http://collector:4318/v1/traces');
    expect(url({ ...ENDPOINT, ...own })).toBe('http://collector/own');
  });

  it('prefers variables for traces to those for all signals', () => {
    const config = loadConfig({
      OTEL_EXPORTER_OTLP_HEADERS: 'all=1',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'traces=1',
      OTEL_EXPORTER_OTLP_TIMEOUT: '700',
      OTEL_RESOURCE_ATTRIBUTES: 'a=1, deployment.environment.name=a%2Cb=c ,',
    });
    expect(config.otlpHeaders?.reveal()).toBe('traces=1');
    expect(JSON.stringify(config)).not.toContain('traces=1');
    expect(config.otlpTimeoutMs).toBe(700);
    expect(config.otelResourceAttributes).toEqual({ a: '1', 'deployment.environment.name': 'a,b=c' });
  });

  it.each<[Record<string, string>, string]>([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'Hangar does not support grpc. Use the collector'],
    [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'OTEL_TRACES_SAMPLER must be one of always_on'],
    [{ OTEL_PROPAGATORS: 'tracecontext,b3' }, 'OTEL_PROPAGATORS must be a list of'],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: '100' }, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE must be at most'],
  ])('rejects %j where traces are on, and accepts it where they are off', (environment, problem) => {
    expect(messageOf({ ...ENDPOINT, ...environment })).toContain(problem);
    expect(messageOf(environment)).toBe('');
  });

  it.each<[Record<string, string>, string]>([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'must be otlp or none'],
    [{ OTEL_TRACES_SAMPLER_ARG: '10%' }, 'must be a number from 0 to 1'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'pod' }, '"pod" is not'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'pod=%zz' }, 'percent-encoded'],
  ])('rejects %j', (environment, problem) => {
    expect(messageOf(environment)).toContain(problem);
  });
});
