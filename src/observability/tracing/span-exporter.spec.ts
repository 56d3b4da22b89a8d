import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type HangarConfig } from '../../config/hangar-config.js';
import { ExporterTrouble } from './exporter-trouble.js';
import { spanExporter } from './span-exporter.js';

describe('what sends spans', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** Exports so often at once to a collector that answers so. Resolves with how the exports ended so far. */
  async function exports(count: number, answer: RequestListener): Promise<{ url: string; ends: unknown[] }> {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
    const config = { tracesUrl: url, otlpTimeoutMs: 200, otlpCompression: 'none', otlpProtocol: 'http/json' };
    const exporter = await spanExporter(config as HangarConfig);
    const ends: unknown[] = [];
    for (let at = 0; at < count; at += 1) exporter.export([], ({ error }) => ends.push(error));
    return { url, ends };
  }

  it('holds few connections to a collector whose answers never end', async () => {
    let open = 0;
    const { ends } = await exports(20, (_request, response) => {
      open += 1;
      response.writeHead(200);
      const trickle = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(trickle));
    });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(open).toBe(4);
    expect(ends).toHaveLength(16);
  });

  it('tells a status in its own words, not in those of the collector', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const { url, ends } = await exports(1, (_request, response) => {
      response.writeHead(401, 'the key hush is wrong').end('hush');
    });
    while (ends.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    new ExporterTrouble(url).tell(ends[0]);
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ reason: '401 Unauthorized' }));
    warn.mockRestore();
  });
});
