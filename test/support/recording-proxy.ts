import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const TOKEN_PATH = '/auth/o/token/';
/** Fields of token requests and answers that must stay secret. */
const SECRET_FIELDS = ['access_token', 'refresh_token', 'code', 'client_secret'];

/** Stands between Hangar (and browsers) and the simulated Plane, and writes down each secret that passes. */
export class RecordingProxy {
  /** Tokens, authorization codes and client secrets, as they are. */
  readonly secrets = new Set<string>();
  /** The names of the headers of all requests. */
  readonly headers = new Set<string>();
  /** Answers every request with an error that repeats what was sent, as careless servers do. */
  echoing = false;

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  static async start(target: string): Promise<RecordingProxy> {
    const server = createServer();
    const proxy = new RecordingProxy(server, target);
    server.on('request', (incoming, outgoing) => {
      proxy.pass(incoming, outgoing).catch(() => incoming.socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const sent = await text(incoming);
    this.recordRequest(incoming, sent);
    if (this.echoing) return echo(incoming, sent, outgoing);
    const onward = request(`${this.target}${incoming.url}`, {
      method: incoming.method,
      headers: incoming.headers,
      agent: false,
    });
    onward.end(sent);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    const body = await text(answer);
    this.recordAnswer(incoming, answer, body);
    const headers = { ...answer.headers, 'content-length': String(Buffer.byteLength(body)) };
    delete headers['transfer-encoding'];
    outgoing.writeHead(answer.statusCode ?? 502, headers).end(body);
  }

  private recordRequest({ url, headers }: IncomingMessage, body: string): void {
    for (const name of Object.keys(headers)) this.headers.add(name);
    const [scheme, credentials = ''] = (headers.authorization ?? '').split(' ');
    if (scheme === 'Bearer') this.secrets.add(credentials);
    if (scheme === 'Basic') this.secrets.add(atob(credentials).replace(/^[^:]*:/, ''));
    if (url?.startsWith(TOKEN_PATH)) this.recordFields(Object.fromEntries(new URLSearchParams(body)));
  }

  private recordAnswer({ url }: IncomingMessage, { headers }: IncomingMessage, body: string): void {
    if (url?.startsWith(TOKEN_PATH)) this.recordFields(fieldsOf(body));
    const location = URL.parse(headers.location ?? '');
    if (location) this.recordFields(Object.fromEntries(location.searchParams));
  }

  private recordFields(fields: Record<string, unknown>): void {
    for (const name of SECRET_FIELDS) {
      const value = fields[name];
      if (typeof value === 'string' && value !== '') this.secrets.add(value);
    }
  }
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function echo({ headers, url }: IncomingMessage, sent: string, outgoing: ServerResponse): void {
  const said = `cannot process "${headers.authorization ?? ''}" ${sent} at ${url}`;
  outgoing.writeHead(400, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ error: 'invalid_request', error_description: said, detail: said }));
}
