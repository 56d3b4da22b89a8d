import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { PeriodicTask } from '../common/periodic-task.js';
import { Drain } from '../config/drain.js';
import { type PlaneConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { type Installation } from '../installations/installation.js';
import { InstallationsService } from '../installations/installations.service.js';
import { InstallationStatusService } from './installation-status.service.js';

const TICK_MS = 5000;
const MAX_CHECKS_PER_TICK = 50;
const CONCURRENCY = 5;

/**
 * The role `scheduler`: checks with Plane whether the app is still installed, since Plane sends no event for an
 * uninstall (docs/plane.md §4). The same check stores a workspace's new name or slug.
 */
@Injectable()
export class InstallationCheckService {
  private readonly logger = new Logger(InstallationCheckService.name);
  /** One a connection: a Plane that is down or slow delays no other. */
  private readonly tasks: readonly PeriodicTask[];

  constructor(
    private readonly installations: InstallationsService,
    private readonly status: InstallationStatusService,
    private readonly drain: Drain,
    connections: PlaneConnections,
  ) {
    this.tasks = connections.withApps.map((connection) => {
      const run = async (): Promise<void> => this.checkDue(connection);
      return new PeriodicTask({ name: 'installation check', intervalMs: TICK_MS, run }, drain);
    });
  }

  /** Checks the installations whose check is due. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    await Promise.all(this.tasks.map(async (task) => task.tick()));
  }

  private async checkDue(connection: PlaneConnection): Promise<void> {
    for (let checks = 0; checks < MAX_CHECKS_PER_TICK && !this.drain.draining.aborted; checks += CONCURRENCY) {
      const due = await this.installations.claimForCheck(CONCURRENCY, connection);
      await Promise.all(due.map(async (installation) => this.tryCheck(installation)));
      if (due.length < CONCURRENCY) return;
    }
  }

  /** A failed check is repeated at the next one; a rejected token has been handled by its refresh. */
  private async tryCheck(installation: Installation): Promise<void> {
    try {
      await this.status.check(installation);
    } catch (error) {
      const { workspaceSlug: workspace } = installation;
      this.logger.warn({ msg: 'installation check failed', workspace, err: error });
    }
  }
}
