import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type HangarConfig } from '../../src/config/hangar-config.js';
import { ExporterErrors } from '../../src/observability/tracing/exporter-errors.js';
import { spanExporter } from '../../src/observability/tracing/span-exporter.js';
import { until } from '../support/until.js';

describe('the span exporter', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** Exports so often at once to a collector that answers so. Resolves with how the exports ended so far. */
  async function exports(
    count: number,
    answer: RequestListener,
    otlpTimeoutMs = 600_000,
  ): Promise<{ url: string; ends: unknown[] }> {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
    const config = { tracesUrl: url, otlpTimeoutMs, otlpCompression: 'none', otlpProtocol: 'http/json' };
    const exporter = await spanExporter(config as HangarConfig);
    const ends: unknown[] = [];
    for (let at = 0; at < count; at += 1) exporter.export([], ({ error }) => ends.push(error));
    return { url, ends };
  }

  it('limits its connections to a collector whose responses never end', async () => {
    const open: ServerResponse[] = [];
    const { ends } = await exports(20, (_request, response) => {
      open.push(response);
      response.writeHead(200).write('x');
    });
    await until('the exports', () => open.length + ends.length >= 20);
    expect([open.length, ends.length]).toEqual([4, 16]);
    for (const response of open) response.end();
  });

  it('logs the standard reason phrase of a status, not the collector’s text', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const { url, ends } = await exports(1, (_request, response) => {
      response.writeHead(401, 'the key hush is wrong').end('hush');
    });
    await until('the export to end', () => ends.length > 0);
    new ExporterErrors(url).exportFailed(ends[0]);
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ reason: '401 Unauthorized' }));
    warn.mockRestore();
  });
});
