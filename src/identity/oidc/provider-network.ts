import { type CustomFetch } from 'openid-client';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { type HangarConfig } from '../../config/hangar-config.js';
import { trustedAuthorities } from '../../config/trusted-authorities.js';

/** No call to the identity provider takes longer. */
export const PROVIDER_TIMEOUT_SECONDS = 5;

/** The way to the identity provider: through the company's proxy and trusting its authorities, as the configuration says. */
export class ProviderNetwork {
  private readonly agent: EnvHttpProxyAgent;

  constructor(config: HangarConfig) {
    const ca = trustedAuthorities(config);
    this.agent = new EnvHttpProxyAgent({
      // Empty texts keep the agent from reading the environment by itself.
      httpProxy: '',
      httpsProxy: config.httpsProxy?.reveal() ?? '',
      noProxy: config.noProxy ?? '',
      ...(ca && { connect: { ca }, requestTls: { ca }, proxyTls: { ca } }),
    });
  }

  /** Both libraries call through this. */
  readonly fetch: CustomFetch = async (url, options) => {
    const init = { ...options, dispatcher: this.agent } as Parameters<typeof fetch>[1];
    return fetch(url, init);
  };

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}
