import { LRUCache } from 'lru-cache';
import { clientNetwork } from '../common/client-network.js';
import { TokenBucket } from '../common/token-bucket.js';

/** Clients that are counted at the same time. */
const MAX_CLIENTS = 10_000;

/** So many at once, then one in so many ms. */
export type Rate = readonly [burst: number, refillMs: number];

/** A budget of each client, so that one client cannot use up the one of all. */
export class ClientBudget {
  private readonly clients = new LRUCache<string, TokenBucket>({ max: MAX_CLIENTS });
  private readonly all: TokenBucket;

  /** @param all no limit by default */
  constructor(
    private readonly each: Rate,
    all: Rate = [Infinity, 1],
  ) {
    this.all = new TokenBucket(...all);
  }

  /** Takes one of the client's own. */
  tryTakeOwn(address: string): boolean {
    const network = clientNetwork(address);
    const bucket = this.clients.get(network) ?? new TokenBucket(...this.each);
    this.clients.set(network, bucket);
    return bucket.tryTake();
  }

  /** Takes one of all clients; after {@link tryTakeOwn}. */
  tryTakeShared(): boolean {
    return this.all.tryTake();
  }

  /** Takes one of the client's own, then one of all clients. */
  tryTake(address: string): boolean {
    return this.tryTakeOwn(address) && this.tryTakeShared();
  }
}
