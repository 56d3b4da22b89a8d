import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { LRUCache } from 'lru-cache';
import { TokenBucket } from '../common/token-bucket.js';
import { serverConfig } from '../config/areas/server.config.js';
import { ClientBudget } from './client-budget.js';
import { callbacksLimited } from './oauth.errors.js';

const MAX_INSTALLATIONS = 1000;
const MINUTE_MS = 60_000;

/**
 * Limits what clients can cause with callbacks, in this process: each address, then all. A callback of a consent that its
 * browser started here has limits of its own, which those without one cannot use up. Any client can start a consent.
 */
@Injectable()
export class CallbackThrottle {
  private readonly byInstallation = new LRUCache<string, TokenBucket>({ max: MAX_INSTALLATIONS });
  private readonly requests: ClientBudget;
  private readonly startedHere = new ClientBudget([60, 1000], [300, 200]);
  private readonly others = new ClientBudget([20, 3000], [100, 600]);
  private readonly stateUses = new ClientBudget([100, 200], [2000, 10]);
  private readonly foreignUses = new ClientBudget([20, 1000], [200, 50]);
  private readonly codes = new ClientBudget([60, 200], [600, 50]);

  constructor(
    @Inject(serverConfig.KEY) { requestsPerMinute }: Pick<ConfigType<typeof serverConfig>, 'requestsPerMinute'>,
  ) {
    this.requests = new ClientBudget([requestsPerMinute, MINUTE_MS / requestsPerMinute]);
  }

  /** Instead of the limit of all requests: after the code is stored, before anything else. @throws {DomainError} `oauth_callbacks_limited` */
  acquireCallback(address: string): void {
    if (!this.requests.tryTakeOwn(address)) throw callbacksLimited();
  }

  /** Before Plane is asked about an installation. @throws {DomainError} `oauth_callbacks_limited` */
  acquireInstall(installationId: string, startedHere: boolean, address: string): void {
    const clients = startedHere ? this.startedHere : this.others;
    if (!clients.tryTakeOwn(address) || !this.tryInstallation(installationId, startedHere) || !clients.tryTakeShared())
      throw callbacksLimited();
  }

  /** Before a code is exchanged. @throws {DomainError} `oauth_callbacks_limited` */
  acquireExchange(address: string): void {
    if (!this.startedHere.tryTake(address)) throw callbacksLimited();
  }

  /** Before a row of a state is written that this browser used. @throws {DomainError} `oauth_callbacks_limited` */
  acquireStateUse(address: string): void {
    if (!this.stateUses.tryTake(address)) throw callbacksLimited();
  }

  /** Whether a row of a state may be written that another browser sent. */
  tryAcquireForeignUse(address: string): boolean {
    return this.foreignUses.tryTake(address);
  }

  /**
   * Whether a row of a code without a consent of its browser may be written.
   *
   * @throws {DomainError} `oauth_callbacks_limited`: this client sends too many
   */
  tryAcquireCode(address: string): boolean {
    if (!this.codes.tryTakeOwn(address)) throw callbacksLimited();
    return this.codes.tryTakeShared();
  }

  /** More than one client's own budget. */
  private tryInstallation(installationId: string, startedHere: boolean): boolean {
    const key = `${startedHere} ${installationId}`;
    const bucket =
      this.byInstallation.get(key) ?? (startedHere ? new TokenBucket(120, 500) : new TokenBucket(30, 2000));
    this.byInstallation.set(key, bucket);
    return bucket.tryTake();
  }
}
