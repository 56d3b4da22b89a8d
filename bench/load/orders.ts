/** How a receiver wants its webhooks signed. */
export type Scheme = 'plane' | 'github';

/** Where webhooks are sent. */
export interface Target {
  readonly port: number;
  readonly path: string;
  readonly scheme: Scheme;
  readonly secret: string;
}

interface Order {
  readonly target: Target;
  readonly connections: number;
  /** The number of the first body. */
  readonly first: number;
  readonly seconds: number;
}

/** Send as fast as the receiver answers, one request at a time on each connection. */
export interface FloodOrder extends Order {
  /** Bodies made ready beforehand; the flood ends early when they are used up. */
  readonly most: number;
}

/** Send at a fixed pace, whatever the answers do. */
export interface PaceOrder extends Order {
  readonly perSecond: number;
}

/** What came of an order. Each webhook was answered 2xx, else the order fails. */
export interface LoadReport {
  /** Webhooks that were sent, and answered. */
  readonly sent: number;
  /** Webhooks answered a second, from the first sent to the last answered. */
  readonly perSecond: number;
  /** Milliseconds to the answer; of a paced order from when it was due to be sent. */
  readonly latencies: Float64Array;
  /** When the first was sent, on the clock that all processes share, ms. */
  readonly startedAt: number;
  /** Processor time that the load generator took, in processors. */
  readonly processors: number;
}
