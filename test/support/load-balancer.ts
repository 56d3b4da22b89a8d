import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { freePort } from './free-port.js';
import { until } from './until.js';

const BAD_GATEWAY = 502;

/** A server behind it. */
interface Backend {
  readonly url: string;
  readonly agent: Agent;
  /** Kept out by whoever stops it, as an orchestrator does that tells its proxies before. */
  out: boolean;
  /** Requests that it was handed so far, and those of them that have no answer yet. */
  handed: number;
  underWay: number;
}

/**
 * Hands requests to servers in turn, as load balancers do: over connections that it keeps open, each request to one
 * server alone, which has just said at `/health/ready` that it takes one. What fails there fails for the client: nothing
 * is tried again.
 */
export class LoadBalancer {
  private readonly server: Server;
  private readonly backends: readonly Backend[];
  private turn = 0;

  private constructor(
    readonly url: string,
    backends: readonly string[],
  ) {
    this.server = createServer((incoming, outgoing) => void this.forward(incoming, outgoing));
    // A client's request must not meet the end of an idle connection: a pause of this process would make it likely.
    this.server.keepAliveTimeout = 0;
    this.backends = backends.map((backend) => ({
      url: backend,
      agent: new Agent({ keepAlive: true }),
      out: false,
      handed: 0,
      underWay: 0,
    }));
  }

  static async start(backends: readonly string[]): Promise<LoadBalancer> {
    const port = await freePort();
    const balancer = new LoadBalancer(`http://127.0.0.1:${port}`, backends);
    balancer.server.listen(port, '127.0.0.1');
    await once(balancer.server, 'listening');
    return balancer;
  }

  /** Sends it no new requests; running requests continue. */
  takeOut(url: string): void {
    this.backend(url).out = true;
  }

  putBack(url: string): void {
    this.backend(url).out = false;
  }

  /** Whether the server has answered all that it was handed. */
  isIdle(url: string): boolean {
    return this.backend(url).underWay === 0;
  }

  /** How many requests the server was handed so far. */
  handed(url: string): number {
    return this.backend(url).handed;
  }

  async stop(): Promise<void> {
    for (const { agent } of this.backends) agent.destroy();
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private backend(url: string): Backend {
    const found = this.backends.find((backend) => backend.url === url);
    if (!found) throw new Error(`no ${url} is behind the load balancer`);
    return found;
  }

  /** The next that is ready; while none is, the request waits. */
  private async next(): Promise<Backend> {
    return until('a server behind the load balancer to be ready', async () => {
      this.turn += 1;
      const backend = this.backends[this.turn % this.backends.length];
      return backend && !backend.out && (await isReady(backend)) && !backend.out && backend;
    });
  }

  private async forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const backend = await this.next();
    backend.handed += 1;
    backend.underWay += 1;
    outgoing.once('close', () => (backend.underWay -= 1));
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

async function isReady({ url }: Backend): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
  await answer?.text();
  return answer?.ok === true;
}

function fail(outgoing: ServerResponse, why: string): void {
  if (outgoing.headersSent) outgoing.destroy();
  else outgoing.writeHead(BAD_GATEWAY, { 'content-type': 'text/plain' }).end(why);
}
