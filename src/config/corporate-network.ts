import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type NetworkConfig } from './areas/network.config.js';
import { trustedAuthorities } from './trusted-authorities.js';

/** How Plane and the collector of traces are reached: through the configured proxy, trusting the configured authorities. */
export interface CorporateNetwork {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** Creates the agents, to be shared by all calls of one kind. */
export function corporateNetwork(config: NetworkConfig): CorporateNetwork {
  const proxyEnv = {
    ...(config.httpsProxy && { HTTPS_PROXY: config.httpsProxy.reveal() }),
    ...(config.noProxy && { NO_PROXY: config.noProxy }),
  };
  const ca = trustedAuthorities(config);
  return {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true, proxyEnv, ...(ca && { ca }) }),
  };
}
