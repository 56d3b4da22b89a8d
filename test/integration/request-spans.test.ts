import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { fastify } from 'fastify';
import { traceRequests } from '../../src/observability/tracing/request-spans.js';
import { setTracer } from '../../src/observability/tracing/spans.js';
import { until } from '../support/until.js';

describe('the span of a request', () => {
  const exporter = new InMemorySpanExporter();
  const server = fastify();

  beforeAll(async () => {
    setTracer(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer('test'));
    traceRequests(server);
    server.get('/answered', async () => 'well');
    server.get('/waiting', () => new Promise(() => undefined));
    server.get('/stream', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200).write('first');
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
  });

  afterAll(async () => {
    setTracer(undefined);
    await server.close();
  });

  beforeEach(() => exporter.reset());

  const port = (): number => (server.server.address() as AddressInfo).port;
  const attributes = (name: string): Promise<object> =>
    until(`the span ${name}`, () => exporter.getFinishedSpans().find((span) => span.name === name)?.attributes);

  /** Sends a request and disconnects, after the response has started or without waiting for it. */
  async function leave(path: string, afterAnswer: boolean): Promise<void> {
    const asked = once(server.server, 'request');
    const client = connect(port(), '127.0.0.1');
    client.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    await asked;
    if (afterAnswer) await once(client, 'data');
    client.destroy();
  }

  it('ends with the response', async () => {
    await fetch(`http://127.0.0.1:${port()}/answered`);
    expect(await attributes('GET /answered')).toMatchObject({ 'http.response.status_code': 200 });
    expect(await attributes('GET /answered')).not.toHaveProperty('error.type');
  });

  it('ends without a response if the client disconnects first', async () => {
    await leave('/waiting', false);
    const found = await attributes('GET /waiting');
    expect(found).toMatchObject({ 'error.type': 'client_gone' });
    expect(found).not.toHaveProperty('http.response.status_code');
  });

  it('ends when the client of a stream disconnects', async () => {
    await leave('/stream', true);
    expect(await attributes('GET /stream')).toMatchObject({ 'http.response.status_code': 200 });
  });
});
