import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { HangarConfig } from '../config/hangar-config.js';
import { CallBudgetsService } from './call-budgets.service.js';
import { type CallPriority } from './call-priority.js';
import { PlaneError } from './plane.error.js';
import { type CallOptions, PlaneExchangeService } from './plane-exchange.service.js';
import { planeSdk } from './plane-sdk.js';

/** Gives the tokens that a client acts under. */
export interface TokenSupplier {
  /** A live token; asked before each call. */
  live(): Promise<Secret>;
  /** A token other than this one, which Plane has just refused. */
  insteadOf?(refused: Secret): Promise<Secret>;
  /** Names the budget of calls that replicas share; without it calls are not counted. */
  readonly budgetKey?: string;
}

/** How a client calls. */
export interface ClientOptions {
  /** Gives up the client's calls when aborted. */
  readonly signal?: AbortSignal;
  /** Default `handler`. */
  readonly priority?: CallPriority;
}

const UNAUTHORIZED = 401;

type Call = (...args: unknown[]) => Promise<unknown>;

/** Makes Plane clients that fetch a live token for each call and fail with clean errors. */
@Injectable()
export class PlaneClientFactory {
  constructor(
    private readonly config: HangarConfig,
    private readonly exchange: PlaneExchangeService,
    private readonly budgets: CallBudgetsService,
  ) {}

  /** A client of the SDK that acts under the supplied token, within the token's budget of calls. */
  create(token: TokenSupplier, { signal, priority = 'handler' }: ClientOptions = {}): PlaneClient {
    // The SDK wants a token at once; the exchange puts the live one in its place.
    const client = new (planeSdk().PlaneClient)({
      baseUrl: this.config.planeBaseUrl,
      accessToken: 'replaced for each call',
    });
    return guarded(client, (call) => {
      const budget = token.budgetKey === undefined ? undefined : this.budgets.of(token.budgetKey, priority);
      return this.run(token, call, { ...(signal && { signal }), ...(budget && { budget }) });
    });
  }

  /** A refused token is replaced once, and the call made once more: Plane did nothing on the first. */
  private async run(
    token: TokenSupplier,
    call: () => Promise<unknown>,
    options: CallOptions,
  ): Promise<unknown> {
    const live = await token.live();
    try {
      return await this.exchange.run({ ...options, token: live }, call);
    } catch (error) {
      if (!token.insteadOf || !isRefusedToken(error)) throw error;
      return this.exchange.run({ ...options, token: await token.insteadOf(live) }, call);
    }
  }
}

function isRefusedToken(error: unknown): boolean {
  return error instanceof PlaneError && error.planeStatus === UNAUTHORIZED;
}

/** The same object, with each method of it and of the resources in it run through `run`. */
function guarded<T extends object>(target: T, run: (call: () => Promise<unknown>) => Promise<unknown>): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      if (value instanceof planeSdk().BaseResource) return guarded(value, run);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return async (...args: unknown[]) => run(() => (value as Call).apply(object, args));
    },
  });
}
