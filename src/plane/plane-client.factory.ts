import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { type PlaneConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { CallBudgetsService } from './call-budgets.service.js';
import { type CallPriority } from './call-priority.js';
import { PlaneError } from './plane.error.js';
import { type CallOptions, PlaneExchangeService } from './plane-exchange.service.js';
import { planeSdk } from './plane-sdk.js';
import { userIdOf } from './plane-answers.js';

/** Supplies the access tokens of a client, or its API key. */
export interface TokenSupplier {
  /** Whose Plane is called; default the connection without a name. A function is asked before each call. */
  readonly connection?: PlaneConnection | (() => Promise<PlaneConnection>);
  /** A live token; asked before each call. */
  live(): Promise<Secret>;
  /** A token to replace this one, which Plane has just rejected. */
  insteadOf?(rejected: Secret): Promise<Secret>;
  /** The key of the call budget that replicas share; calls without a key are not counted. */
  readonly budgetKey?: string | (() => Promise<string>);
  /** The error to throw where Plane denies access, if there is more to say about it. */
  whenDenied?(): Promise<Error | undefined>;
}

/** How a client calls. */
export interface ClientOptions {
  /** Aborts the client's calls. */
  readonly signal?: AbortSignal;
  /** The signal that aborts the calls which are made before it is aborted, and no later ones. Asked for each call. */
  readonly interruption?: () => AbortSignal | undefined;
  /** Default `handler`. */
  readonly priority?: CallPriority;
  /** How long a call waits for its budget; default by its priority. */
  readonly maxWaitMs?: number;
  /** The present slug of the workspace that had this one; `undefined` where it has not changed. */
  readonly renamedSlug?: (slug: string) => Promise<string | undefined>;
  /** Makes each call; it must return the promise of `call`, or one that follows it. @param method `workItems.comments.create` */
  readonly watch?: <T>(method: string, call: () => Promise<T>) => Promise<T>;
  /** Called with the path of a call where Plane found nothing or denied access, before the call fails. */
  readonly onNotFound?: (path: string) => Promise<void>;
}

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
/** The SDK requires a credential; the exchange replaces it with the live one. */
const REPLACED = 'replaced for each call';
/** The community edition answers 403 where the workspace or project does not exist. */
const NOT_FOUND = new Set([403, 404]);

type Call = (...args: unknown[]) => Promise<unknown>;

/** Creates Plane clients that use a live token for each call and throw {@link PlaneError}. */
@Injectable()
export class PlaneClientFactory {
  constructor(
    private readonly connections: PlaneConnections,
    private readonly exchange: PlaneExchangeService,
    private readonly budgets: CallBudgetsService,
  ) {}

  /** A client of the SDK that uses the supplied token, within the token's call budget. */
  create(token: TokenSupplier, options: ClientOptions = {}): PlaneClient {
    const { priority = 'handler', maxWaitMs, watch } = options;
    const { budgetKey, connection: given = this.connections.default } = token;
    const client = new (planeSdk().PlaneClient)({ accessToken: REPLACED });
    if (typeof given !== 'function') aim(client, given);
    const run = async (call: Call, args: readonly unknown[]): Promise<unknown> =>
      withPresentSlug(options, args, async (present) => {
        const { id: connectionId } = typeof given === 'function' ? aim(client, await given()) : given;
        const key = typeof budgetKey === 'function' ? await budgetKey() : budgetKey;
        const budget = key === undefined ? undefined : this.budgets.of(key, priority, maxWaitMs);
        const signal = signalOf(options);
        const calls = { connectionId, ...(signal && { signal }), ...(budget && { budget }) };
        return this.run(token, () => call(...present), calls);
      });
    if (!watch) return intercepted(client, run);
    return intercepted(client, (call, args, method) => watch(method, () => run(call, args)));
  }

  /** The id of the user that a token belongs to, by `GET /api/v1/users/me/`. */
  async userIdOf(token: Secret, connection = this.connections.default): Promise<string> {
    return userIdOf(await this.create({ connection, live: async () => token }).users.me());
  }

  private async run(token: TokenSupplier, call: () => Promise<unknown>, options: CallOptions): Promise<unknown> {
    try {
      return await this.runAuthenticated(token, call, options);
    } catch (error) {
      if (!token.whenDenied || !(error instanceof PlaneError) || error.planeStatus !== FORBIDDEN) throw error;
      throw (await token.whenDenied()) ?? error;
    }
  }

  /** Retries once with a new token where Plane rejects the first: it did nothing then. */
  private async runAuthenticated(
    token: TokenSupplier,
    call: () => Promise<unknown>,
    options: CallOptions,
  ): Promise<unknown> {
    const live = await token.live();
    try {
      return await this.exchange.run({ ...options, token: live }, call);
    } catch (error) {
      if (!token.insteadOf || !isRejectedToken(error)) throw error;
      return this.exchange.run({ ...options, token: await token.insteadOf(live) }, call);
    }
  }
}

/** Makes the client call the connection's Plane. The SDK reads its configuration at each call. */
function aim(client: PlaneClient, connection: PlaneConnection): PlaneConnection {
  const { baseUrl, mode } = connection;
  const hasKey = mode === 'api-key';
  const settings = { baseUrl, apiKey: hasKey ? REPLACED : undefined, accessToken: hasKey ? undefined : REPLACED };
  Object.assign(Reflect.get(client, 'config') as object, settings);
  return connection;
}

/** What aborts a call that is made now. */
function signalOf({ signal, interruption }: ClientOptions): AbortSignal | undefined {
  const interrupts = interruption?.();
  if (!interrupts || interrupts.aborted) return signal;
  return signal ? AbortSignal.any([signal, interrupts]) : interrupts;
}

/** Repeats a call that found nothing, if its workspace has another slug by now: the call changed nothing. */
async function withPresentSlug(
  { renamedSlug, onNotFound }: ClientOptions,
  args: readonly unknown[],
  run: (args: readonly unknown[]) => Promise<unknown>,
): Promise<unknown> {
  try {
    return await run(args);
  } catch (error) {
    const path = notFoundPath(error);
    if (path === undefined) throw error;
    const [slug, ...rest] = args;
    const isSlug = typeof slug === 'string' && path.includes(`/workspaces/${slug}/`);
    const present = isSlug ? await renamedSlug?.(slug) : undefined;
    if (present === undefined) {
      await onNotFound?.(path);
      throw error;
    }
    return withPresentSlug(onNotFound ? { onNotFound } : {}, [present, ...rest], run);
  }
}

/** The path of a call that found nothing. */
function notFoundPath(error: unknown): string | undefined {
  const isNotFound = error instanceof PlaneError && NOT_FOUND.has(error.planeStatus ?? 0);
  return isNotFound ? error.call.slice(error.call.indexOf(' ') + 1) : undefined;
}

function isRejectedToken(error: unknown): boolean {
  return error instanceof PlaneError && error.planeStatus === UNAUTHORIZED;
}

/** A proxy of the object that passes each call of its methods, and of its resources' methods, to `run`. */
function intercepted<T extends object>(
  target: T,
  run: (call: Call, args: unknown[], method: string) => Promise<unknown>,
  path = '',
): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      const name = path + String(key);
      if (value instanceof planeSdk().BaseResource) return intercepted(value, run, `${name}.`);
      if (typeof value !== 'function' || key === 'constructor') return value;
      // Not async: a caller that does not wait for it gets the promise that `run` knows.
      return (...args: unknown[]) => run((...present) => (value as Call).apply(object, present), args, name);
    },
  });
}
