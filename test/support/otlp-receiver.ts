import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type ReceivedSpan, spansInJson } from './otlp-json.js';
import { spansInProtobuf } from './otlp-protobuf.js';
import { until } from './until.js';

const PATH = '/v1/traces';

/** A collector of OpenTelemetry's traces, for one test: keeps what it is sent. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Of each request. */
  readonly headers: IncomingHttpHeaders[] = [];
  /** All that came, as text. */
  text = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      buffer(request)
        .then((body) => receiver.take(request.url ?? '', request.headers, body))
        .then(
          (status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
          () => response.writeHead(400).end(),
        );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  /** Where it listens, without a path. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** For a server that should send its traces here, soon. */
  get environment(): Record<string, string> {
    return {
      OTEL_EXPORTER_OTLP_ENDPOINT: this.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    };
  }

  /** Resolves with the spans that pass, once there are so many. */
  async waitFor(what: string, count: number, passes: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan[]> {
    return until(what, () => {
      const found = this.spans.filter(passes);
      return found.length >= count && found;
    }).catch((error: Error) => {
      throw new Error(`${error.message}; there are ${this.spans.map(({ name }) => name).join(', ')}`);
    });
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private take(path: string, headers: IncomingHttpHeaders, body: Buffer): number {
    if (path !== PATH) return 404;
    const isJson = headers['content-type'] === 'application/json';
    this.spans.push(...(isJson ? spansInJson(body) : spansInProtobuf(body)));
    this.headers.push(headers);
    this.text += body.toString();
    return 200;
  }
}
