import { BaseResource, PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { HangarConfig } from '../config/hangar-config.js';
import { type CallOptions, PlaneExchangeService } from './plane-exchange.service.js';

/** Gives a live token; asked before each call. */
export type TokenSupplier = () => Promise<Secret>;

type Call = (...args: unknown[]) => Promise<unknown>;

/** Makes Plane clients that fetch a live token for each call and fail with clean errors. */
@Injectable()
export class PlaneClientFactory {
  constructor(
    private readonly config: HangarConfig,
    private readonly exchange: PlaneExchangeService,
  ) {}

  /**
   * A client of the SDK that acts under the supplied token.
   *
   * @param signal gives up its calls when aborted
   */
  create(token: TokenSupplier, signal?: AbortSignal): PlaneClient {
    // The SDK wants a token at once; the exchange puts the live one in its place.
    const client = new PlaneClient({
      baseUrl: this.config.planeBaseUrl,
      accessToken: 'replaced for each call',
    });
    const run = async (call: () => Promise<unknown>): Promise<unknown> => {
      const options: CallOptions = { token: await token(), ...(signal && { signal }) };
      return this.exchange.run(options, call);
    };
    return guarded(client, run);
  }
}

/** The same object, with each method of it and of the resources in it run through `run`. */
function guarded<T extends object>(target: T, run: (call: () => Promise<unknown>) => Promise<unknown>): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      if (value instanceof BaseResource) return guarded(value, run);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return async (...args: unknown[]) => run(() => (value as Call).apply(object, args));
    },
  });
}
