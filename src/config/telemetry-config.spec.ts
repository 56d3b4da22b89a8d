import { describe, expect, it } from '@jest/globals';
import { type ConfigError } from './config.error.js';
import { type HangarConfig } from './hangar-config.js';
import { loadConfig } from './load-config.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

function faults(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
    return '';
  } catch (error) {
    return (error as ConfigError).message;
  }
}

describe('the configuration of traces', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['nothing is set', {}, false],
    ['an endpoint is set', ENDPOINT, true],
    ['an endpoint of traces is set', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector/t' }, true],
    ['they are asked for', { OTEL_TRACES_EXPORTER: 'otlp' }, true],
    ['they are not wanted', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, false],
    ['the SDK is disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }, false],
  ])('says whether they are on where %s', (_, environment, on) => {
    expect(loadConfig(environment).tracesOn).toBe(on);
  });

  it('appends the path to the endpoint of all signals alone', () => {
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector/own' };
    const url = (environment: Record<string, string>): string => loadConfig(environment).tracesUrl;
    expect(url({})).toBe('http://localhost:4318/v1/traces');
    expect(url(ENDPOINT)).toBe('http://collector:4318/v1/traces');
    expect(url({ ...ENDPOINT, ...own })).toBe('http://collector/own');
  });

  it('takes what is said of traces before what is said of all signals', () => {
    const config: HangarConfig = loadConfig({
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
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'Hangar does not speak grpc; name the collector'],
    [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'OTEL_TRACES_SAMPLER must be one of always_on'],
    [{ OTEL_PROPAGATORS: 'tracecontext,b3' }, 'OTEL_PROPAGATORS must be a list of'],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: '100' }, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE must be at most'],
  ])('refuses %j where traces are on, and does not care where they are off', (environment, problem) => {
    expect(faults({ ...ENDPOINT, ...environment })).toContain(problem);
    expect(faults(environment)).toBe('');
  });

  it.each<[Record<string, string>, string]>([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'must be otlp or none'],
    [{ OTEL_TRACES_SAMPLER_ARG: '10%' }, 'must be a number from 0 to 1'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'pod' }, '"pod" is not'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'pod=%zz' }, 'percent-encoded'],
  ])('refuses %j', (environment, problem) => {
    expect(faults(environment)).toContain(problem);
  });
});
