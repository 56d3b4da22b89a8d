import { type CustomFetch } from 'openid-client';
import { Agent, type Dispatcher, fetch, Pool, ProxyAgent } from 'undici';
import { type NetworkConfig } from '../../config/areas/network.config.js';
import { type NoProxy } from '../../config/no-proxy.js';
import { trustedAuthorities } from '../../config/trusted-authorities.js';
import { proxyRejectsUser } from './provider.errors.js';

/** Time limit of a call to the identity provider. */
export const PROVIDER_TIMEOUT_SECONDS = 5;
const PROXY_AUTHENTICATION_REQUIRED = 407;
/**
 * undici's way to close a connection after its request. A provider closes an idle one when it likes, and a code that is
 * sent at that moment cannot be sent again: it is used once.
 */
const CLOSE_AFTER_REQUEST = { pipelining: 0 } as const;

/** HTTP client for the identity provider, with the configured proxy and certificate authorities. */
export class ProviderNetwork {
  private readonly direct: Agent;
  private readonly proxy: ProxyAgent | undefined;
  private readonly noProxy: NoProxy | undefined;

  constructor(config: NetworkConfig) {
    const ca = trustedAuthorities(config);
    const uri = config.httpsProxy?.reveal();
    this.noProxy = config.noProxy;
    this.direct = new Agent({ ...CLOSE_AFTER_REQUEST, ...(ca && { connect: { ca } }) });
    this.proxy =
      uri === undefined
        ? undefined
        : new ProxyAgent({
            ...CLOSE_AFTER_REQUEST,
            uri,
            ...(ca && { requestTls: { ca }, proxyTls: { ca } }),
            clientFactory: (origin, options) => new ProxyConnections(origin, options),
          });
  }

  /** The `fetch` of `openid-client` and `jose`. */
  readonly fetch: CustomFetch = async (url, options) => {
    const init = { ...options, dispatcher: this.dispatcherOf(new URL(url)) } as Parameters<typeof fetch>[1];
    return fetch(url, init);
  };

  async close(): Promise<void> {
    await Promise.all([this.direct.destroy(), this.proxy?.destroy()]);
  }

  private dispatcherOf(url: URL): Dispatcher {
    const isDirect = url.protocol !== 'https:' || this.noProxy?.includes(url) === true;
    return isDirect ? this.direct : (this.proxy ?? this.direct);
  }
}

/** Connections to the proxy. undici's own error about its response is lost on the way to the caller of `fetch`. */
class ProxyConnections extends Pool {
  override connect(...args: never[]): Promise<Dispatcher.ConnectData> {
    const connecting = super.connect(...(args as unknown as [Dispatcher.ConnectOptions]));
    return connecting.then((answer) => {
      if (answer.statusCode !== PROXY_AUTHENTICATION_REQUIRED) return answer;
      answer.socket.destroy();
      throw proxyRejectsUser();
    });
  }
}
