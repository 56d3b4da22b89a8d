import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { TokenBucket } from '../common/token-bucket.js';
import { callbacksLimited } from './oauth.errors.js';

const MAX_INSTALLATIONS = 1000;

/**
 * Limits what unauthenticated clients can cause with callbacks, in this process. A callback of a consent that its browser started here has
 * limits of its own, which those without one cannot use up.
 */
@Injectable()
export class CallbackThrottle {
  private readonly byInstallation = new LRUCache<string, TokenBucket>({ max: MAX_INSTALLATIONS });
  private readonly startedHere = new TokenBucket(60, 1000);
  private readonly others = new TokenBucket(20, 3000);
  private readonly stateUses = new TokenBucket(200, 50);
  private readonly codes = new TokenBucket(200, 50);

  /** Before Plane is asked about an installation. @throws {DomainError} `oauth_callbacks_limited` */
  acquireInstall(installationId: string, startedHere: boolean): void {
    const key = `${startedHere} ${installationId}`;
    const bucket =
      this.byInstallation.get(key) ?? (startedHere ? new TokenBucket(40, 2000) : new TokenBucket(10, 6000));
    this.byInstallation.set(key, bucket);
    const all = startedHere ? this.startedHere : this.others;
    if (!bucket.tryTake() || !all.tryTake()) throw callbacksLimited();
  }

  /** Before a code is exchanged. @throws {DomainError} `oauth_callbacks_limited` */
  acquireExchange(): void {
    if (!this.startedHere.tryTake()) throw callbacksLimited();
  }

  /** Before a row of a used state is written. @throws {DomainError} `oauth_callbacks_limited` */
  acquireStateUse(): void {
    if (!this.stateUses.tryTake()) throw callbacksLimited();
  }

  /** Whether a row of a seen code may be written. */
  tryAcquireCode(): boolean {
    return this.codes.tryTake();
  }
}
