import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions, type RequestOptions } from 'node:https';
import { type Duplex } from 'node:stream';
import { type NetworkConfig } from './areas/network.config.js';
import { type NoProxy } from './no-proxy.js';
import { trustedAuthorities } from './trusted-authorities.js';

const HTTPS_PORT = 443;
/**
 * An idle connection is closed before the other side does it: Node's servers close one after five seconds. A
 * request that is sent at that moment fails, and only an idempotent one may be sent again. A running request is not limited.
 */
const MAX_IDLE_MS = 4000;
const KEEP_ALIVE = { keepAlive: true, timeout: MAX_IDLE_MS } as const;

/** How Plane and the collector of traces are reached: through the configured proxy, trusting the configured authorities. */
export interface CorporateNetwork {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** Creates the agents, to be shared by all calls of one kind. */
export function corporateNetwork(config: NetworkConfig): CorporateNetwork {
  const ca = trustedAuthorities(config);
  const options = { ...KEEP_ALIVE, ...(ca && { ca }) };
  const proxy = config.httpsProxy?.reveal();
  return {
    httpAgent: new HttpAgent(KEEP_ALIVE),
    httpsAgent: proxy === undefined ? new HttpsAgent(options) : new ProxiedAgent(options, proxy, config.noProxy),
  };
}

/** Connects through a proxy, except to the hosts of `NO_PROXY`: Node's own list has neither networks nor subdomains. */
class ProxiedAgent extends HttpsAgent {
  private readonly direct: HttpsAgent;

  constructor(
    options: AgentOptions,
    proxy: string,
    private readonly noProxy: NoProxy | undefined,
  ) {
    super({ ...options, proxyEnv: { HTTPS_PROXY: proxy } });
    this.direct = new HttpsAgent(options);
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const isDirect = this.noProxy?.includesHost(options.host ?? '', String(options.port ?? HTTPS_PORT)) === true;
    return isDirect ? this.direct.createConnection(options, callback) : super.createConnection(options, callback);
  }
}
