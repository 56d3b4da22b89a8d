import { type CustomFetch } from 'openid-client';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { type NetworkConfig } from '../../config/areas/network.config.js';
import { trustedAuthorities } from '../../config/trusted-authorities.js';

/** Time limit of a call to the identity provider. */
export const PROVIDER_TIMEOUT_SECONDS = 5;

/** HTTP client for the identity provider, with the configured proxy and certificate authorities. */
export class ProviderNetwork {
  private readonly agent: EnvHttpProxyAgent;

  constructor(config: NetworkConfig) {
    const ca = trustedAuthorities(config);
    this.agent = new EnvHttpProxyAgent({
      // Empty strings stop the agent from reading the environment by itself.
      httpProxy: '',
      httpsProxy: config.httpsProxy?.reveal() ?? '',
      noProxy: config.noProxy ?? '',
      ...(ca && { connect: { ca }, requestTls: { ca }, proxyTls: { ca } }),
    });
  }

  /** The `fetch` of `openid-client` and `jose`. */
  readonly fetch: CustomFetch = async (url, options) => {
    const init = { ...options, dispatcher: this.agent } as Parameters<typeof fetch>[1];
    return fetch(url, init);
  };

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}
