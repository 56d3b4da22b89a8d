import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { HangarConfig } from '../config/hangar-config.js';
import { corporateNetwork, type CorporateNetwork } from './corporate-network.js';
import { exchange } from './plane-exchange.js';

const TIMEOUT_MS = 10_000;

/** What one call may say beside the rules that all calls share. */
export interface CallOptions {
  /** The bearer token of the call. */
  readonly token?: Secret;
  /** More secrets that the call sends: a code, a refresh token. */
  readonly secrets?: readonly Secret[];
  readonly signal?: AbortSignal;
}

/** Runs calls of Plane's SDK with a time-out, through the company's network, with clean errors. */
@Injectable()
export class PlaneExchangeService implements OnApplicationShutdown {
  private readonly network: CorporateNetwork;
  private readonly clientSecret: Secret | undefined;

  constructor(config: HangarConfig) {
    this.network = corporateNetwork(config);
    this.clientSecret = config.planeClientSecret;
  }

  /** @throws {PlaneError} for every failed request. */
  async run<T>(options: CallOptions, call: () => Promise<T>): Promise<T> {
    const secrets = [this.clientSecret, options.token, ...(options.secrets ?? [])].filter(
      (secret) => !!secret,
    );
    return exchange({ ...this.network, ...options, secrets, timeoutMs: TIMEOUT_MS }, call);
  }

  onApplicationShutdown(): void {
    this.network.httpAgent.destroy();
    this.network.httpsAgent.destroy();
  }
}
