import { Injectable } from '@nestjs/common';
import { PlaneConnections } from '../../config/plane-connections.js';
import { type Installation } from '../../installations/installation.js';
import { PlaneHealthService } from '../../plane/plane-health.service.js';
import { type RunResult } from '../../queue/queue.js';
import { type Handler } from '../discovery/handler.js';
import { connectionBusy, connectionDown } from './run-result.js';

/**
 * Keeps a Plane that is down or slow from using up the concurrency of handlers, where there are several connections: the runs
 * of one leave a place to each other one, and while its Plane does not answer, a run every few seconds tries it.
 */
@Injectable()
export class ConnectionBulkhead {
  /** Runs by handler and connection. */
  private readonly running = new Map<string, number>();

  constructor(
    private readonly connections: PlaneConnections,
    private readonly health: PlaneHealthService,
  ) {}

  /** Runs the work, or resolves with a delay that uses up no attempt. */
  async run(
    { id, options }: Pick<Handler, 'id' | 'options'>,
    { connectionId }: Installation,
    work: () => Promise<RunResult<never>>,
  ): Promise<RunResult<never>> {
    const others = this.connections.all.length - 1;
    if (others === 0) return work();
    const key = `${id} ${connectionId}`;
    const running = this.running.get(key) ?? 0;
    if (running >= Math.max(1, options.concurrency - others)) return connectionBusy();
    if (!this.health.tryEnter(connectionId)) return connectionDown(connectionId);
    this.running.set(key, running + 1);
    try {
      return await work();
    } finally {
      this.running.set(key, (this.running.get(key) ?? 1) - 1);
    }
  }
}
