import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo } from 'node:net';

/** A call to Plane's API that the app made. */
export interface PlaneCall {
  /** `GET`. */
  readonly method: string;
  /** `/api/v1/workspaces/sandbox/projects/`, without the query. */
  readonly path: string;
  /** What was sent, parsed; absent where nothing was. */
  readonly body?: unknown;
  /** What Plane answered. */
  readonly status: number;
}

/** A webhook as Plane sent it. */
export interface SentWebhook {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

/** How the app answered a webhook. */
export interface WebhookAnswer {
  readonly status: number;
  /** `accepted` or `duplicate`, with the id of the delivery; or the problem. */
  readonly body: { readonly status?: unknown; readonly id?: string; readonly [field: string]: unknown };
}

const WEBHOOKS = '/webhooks/plane';
const API = '/api/';
const HOP_BY_HOP = new Set(['connection', 'content-length', 'host', 'transfer-encoding', 'keep-alive']);

/** What the app and Plane send each other passes here, so that tests can read it. */
export class Wire {
  /** The calls to Plane's API, in the order of their answers. */
  readonly calls: PlaneCall[] = [];
  readonly webhooks: SentWebhook[] = [];
  /** Set before the first webhook and call. */
  deliver: (webhook: SentWebhook) => Promise<WebhookAnswer> = async () => ({ status: 503, body: {} });
  planeUrl = '';
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  /** Where Plane finds the app, and the app Plane. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    if (request.url === WEBHOOKS) {
      const webhook = { body, headers: request.headers };
      this.webhooks.push(webhook);
      const { status, body: answer } = await this.deliver(webhook);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } else await this.forward(request, body, response);
  }

  private async forward(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const [path = '/'] = url.split('?');
    const sent = body.length > 0 ? { body: new Uint8Array(body) } : {};
    const headers = sendable(request.headers);
    const answer = await fetch(this.planeUrl + url, { method, headers, redirect: 'manual', ...sent }).catch(
      () => undefined,
    );
    const status = answer?.status ?? 0;
    if (path.startsWith(API)) this.calls.push({ method, path, ...(body.length > 0 && { body: parsed(body) }), status });
    if (!answer) return void response.destroy();
    const content = Buffer.from(await answer.arrayBuffer());
    response.writeHead(status, sendable(Object.fromEntries(answer.headers))).end(content);
  }
}

/** The headers that a client of `fetch` may set. */
export function sendable(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && name !== 'content-encoding');
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return body.toString();
  }
}
