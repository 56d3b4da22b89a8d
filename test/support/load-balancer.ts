import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { freePort } from './free-port.js';

/** How often it asks its backends whether they are ready, where it does. */
const PROBE_MS = 500;
const PROBE_PATIENCE_MS = 1000;
const BAD_GATEWAY = 502;

/** A server behind it. */
interface Backend {
  readonly url: string;
  readonly agent: Agent;
  /** Kept out by whoever stops it, as an orchestrator does that tells its proxies before. */
  out: boolean;
  ready: boolean;
}

/**
 * Hands requests to servers in turn, as load balancers do: over connections that it keeps open, each request to one
 * server alone. What fails there fails for the client: nothing is tried again.
 */
export class LoadBalancer {
  private readonly server: Server;
  private readonly backends: readonly Backend[];
  private probing: NodeJS.Timeout | undefined;
  private turn = 0;

  private constructor(
    readonly url: string,
    backends: readonly string[],
  ) {
    this.server = createServer((incoming, outgoing) => this.forward(incoming, outgoing));
    this.backends = backends.map((backend) => ({
      url: backend,
      agent: new Agent({ keepAlive: true }),
      out: false,
      ready: true,
    }));
  }

  static async start(backends: readonly string[]): Promise<LoadBalancer> {
    const port = await freePort();
    const balancer = new LoadBalancer(`http://127.0.0.1:${port}`, backends);
    balancer.server.listen(port, '127.0.0.1');
    await once(balancer.server, 'listening');
    return balancer;
  }

  /** From now on it goes by what the servers say at `/health/ready`. */
  probe(): void {
    this.probing ??= setInterval(() => void this.look(), PROBE_MS);
  }

  /** Hands it nothing more; what is under way goes on. */
  takeOut(url: string): void {
    for (const backend of this.backends) if (backend.url === url) backend.out = true;
  }

  putBack(url: string): void {
    for (const backend of this.backends) if (backend.url === url) backend.out = false;
  }

  async stop(): Promise<void> {
    clearInterval(this.probing);
    for (const { agent } of this.backends) agent.destroy();
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async look(): Promise<void> {
    await Promise.all(
      this.backends.map(async (backend) => {
        const signal = AbortSignal.timeout(PROBE_PATIENCE_MS);
        const answer = await fetch(`${backend.url}/health/ready`, { signal }).catch(() => undefined);
        await answer?.text();
        backend.ready = answer?.ok === true;
      }),
    );
  }

  private next(): Backend | undefined {
    const serving = this.backends.filter(({ out, ready }) => !out && ready);
    this.turn += 1;
    return serving[this.turn % serving.length];
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const backend = this.next();
    if (!backend) return fail(outgoing, 'no server is ready');
    const { method, url = '/', headers } = incoming;
    const passed = request(backend.url + url, { method, headers, agent: backend.agent }, (answer) => {
      const { connection: _ofTheirConnection, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? BAD_GATEWAY, kept);
      answer.pipe(outgoing);
    });
    passed.on('error', (error) => fail(outgoing, `${backend.url}: ${error.message}`));
    incoming.pipe(passed);
  }
}

function fail(outgoing: ServerResponse, why: string): void {
  if (outgoing.headersSent) outgoing.destroy();
  else outgoing.writeHead(BAD_GATEWAY, { 'content-type': 'text/plain' }).end(why);
}
