import { type FloodOrder, type LoadReport, type PaceOrder, type Target } from '../load/orders.ts';
import { type Child } from './child.ts';

const CONNECTIONS = 64;
/** Bodies are made ready for so many a second, more than any contestant takes, until its own rate is known. */
const MAX_PER_SECOND = 40_000;
/** A server that has just begun becomes faster. */
const MARGIN = 3;

/** What was sent; its bodies have the numbers from `first` on. */
export interface Sent extends LoadReport {
  readonly first: number;
}

/** Has the load generator send webhooks to one server, each with the next number. */
export class Sender {
  private readonly generator: Child;
  private readonly target: Target;
  private next = 0;
  private mostPerSecond = MAX_PER_SECOND;

  constructor(generator: Child, target: Target) {
    this.generator = generator;
    this.target = target;
  }

  /** Sends as fast as the server answers. */
  async flood(seconds: number): Promise<Sent> {
    const most = Math.ceil(this.mostPerSecond * seconds);
    const sent = await this.send('flood', { ...this.order(seconds), most });
    this.mostPerSecond = Math.min(MAX_PER_SECOND, MARGIN * sent.perSecond);
    return sent;
  }

  /** Sends so many a second. */
  async pace(perSecond: number, seconds: number): Promise<Sent> {
    return this.send('pace', { ...this.order(seconds), perSecond });
  }

  private order(seconds: number) {
    return { target: this.target, connections: CONNECTIONS, first: this.next, seconds };
  }

  private async send(kind: 'flood' | 'pace', order: FloodOrder | PaceOrder): Promise<Sent> {
    const report = await this.generator.ask<LoadReport>(kind, order);
    this.next += report.sent;
    return { ...report, first: order.first };
  }
}
