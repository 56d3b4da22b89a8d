import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type Secret } from '../common/secret.js';
import { planeConfig } from '../config/areas/plane.config.js';
import { CallBudgetsService } from './call-budgets.service.js';
import { type CallPriority } from './call-priority.js';
import { PlaneError } from './plane.error.js';
import { type CallOptions, PlaneExchangeService } from './plane-exchange.service.js';
import { planeSdk } from './plane-sdk.js';
import { userIdOf } from './plane-answers.js';

/** Supplies the access tokens of a client. */
export interface TokenSupplier {
  /** A live token; asked before each call. */
  live(): Promise<Secret>;
  /** A token to replace this one, which Plane has just rejected. */
  insteadOf?(rejected: Secret): Promise<Secret>;
  /** The key of the call budget that replicas share; calls without a key are not counted. */
  readonly budgetKey?: string;
}

/** How a client calls. */
export interface ClientOptions {
  /** Aborts the client's calls. */
  readonly signal?: AbortSignal;
  /** Default `handler`. */
  readonly priority?: CallPriority;
}

const UNAUTHORIZED = 401;

type Call = (...args: unknown[]) => Promise<unknown>;

/** Creates Plane clients that use a live token for each call and throw {@link PlaneError}. */
@Injectable()
export class PlaneClientFactory {
  constructor(
    @Inject(planeConfig.KEY) private readonly config: ConfigType<typeof planeConfig>,
    private readonly exchange: PlaneExchangeService,
    private readonly budgets: CallBudgetsService,
  ) {}

  /** A client of the SDK that uses the supplied token, within the token's call budget. */
  create(token: TokenSupplier, { signal, priority = 'handler' }: ClientOptions = {}): PlaneClient {
    // The SDK requires a token here; the exchange replaces it with the live one.
    const client = new (planeSdk().PlaneClient)({
      baseUrl: this.config.planeBaseUrl,
      accessToken: 'replaced for each call',
    });
    return intercepted(client, (call) => {
      const budget = token.budgetKey === undefined ? undefined : this.budgets.of(token.budgetKey, priority);
      return this.run(token, call, { ...(signal && { signal }), ...(budget && { budget }) });
    });
  }

  /** The id of the user that a token belongs to, by `GET /api/v1/users/me/`. */
  async userIdOf(token: Secret): Promise<string> {
    return userIdOf(await this.create({ live: async () => token }).users.me());
  }

  /** Retries once with a new token where Plane rejects the first: it did nothing then. */
  private async run(token: TokenSupplier, call: () => Promise<unknown>, options: CallOptions): Promise<unknown> {
    const live = await token.live();
    try {
      return await this.exchange.run({ ...options, token: live }, call);
    } catch (error) {
      if (!token.insteadOf || !isRejectedToken(error)) throw error;
      return this.exchange.run({ ...options, token: await token.insteadOf(live) }, call);
    }
  }
}

function isRejectedToken(error: unknown): boolean {
  return error instanceof PlaneError && error.planeStatus === UNAUTHORIZED;
}

/** A proxy of the object that passes each call of its methods, and of its resources' methods, to `run`. */
function intercepted<T extends object>(target: T, run: (call: () => Promise<unknown>) => Promise<unknown>): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      if (value instanceof planeSdk().BaseResource) return intercepted(value, run);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return async (...args: unknown[]) => run(() => (value as Call).apply(object, args));
    },
  });
}
