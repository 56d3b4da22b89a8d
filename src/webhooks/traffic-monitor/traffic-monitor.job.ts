import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Interval } from '@nestjs/schedule';
import { PeriodicTask } from '../../common/periodic-task.js';
import { Drain } from '../../config/drain.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { MetricsService } from '../../observability/metrics.service.js';
import { keyText } from './silent-workspace.js';
import { TrafficMonitorService, type WatchedTraffic } from './traffic-monitor.service.js';
import { WorkspaceTrafficRepository } from './workspace-traffic.repository.js';

const TICK_MS = 60_000;
/** Deliveries that one statement reads. */
const BATCH_SIZE = 50_000;
const SECONDS_PER_DAY = 86_400;

/**
 * The role `scheduler`: logs, once over all processes, that a workspace or all of them stopped sending, that they send
 * again, and that a workspace sends webhooks of version v1. A tick that was missed is made up by the next.
 */
@Injectable()
export class TrafficMonitorJob {
  private readonly logger = new Logger(TrafficMonitorJob.name);
  private readonly task: PeriodicTask;

  constructor(
    @Inject(serverConfig.KEY) server: ConfigType<typeof serverConfig>,
    @Inject(webhooksConfig.KEY) private readonly webhooks: ConfigType<typeof webhooksConfig>,
    private readonly drain: Drain,
    private readonly traffic: WorkspaceTrafficRepository,
    private readonly monitor: TrafficMonitorService,
    metrics: MetricsService,
  ) {
    this.task = new PeriodicTask({ name: 'traffic monitor', intervalMs: TICK_MS, run: () => this.run() }, drain);
    if (server.roles.includes('scheduler')) this.measure(metrics);
  }

  /** Reads the deliveries since the last tick and logs what changed; does nothing while another process does. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    await this.task.tick();
  }

  private measure(metrics: MetricsService): void {
    metrics.gauge(
      'hangar_workspaces_silent',
      'Workspaces that have sent nothing for far longer than usual: alert on any.',
      async () => [{ value: (await this.traffic.alerted()).workspaces }],
    );
    metrics.gauge(
      'hangar_traffic_silent_seconds',
      'Seconds since the last webhook of any workspace, where that is far longer than usual; else 0: alert above 0.',
      async () => [{ value: (await this.traffic.alerted()).allSeconds }],
    );
  }

  private async run(): Promise<void> {
    if (!(await this.readDeliveries())) return;
    const { all, workspaces, unknownWorkspaces } = await this.monitor.survey();
    const watched = all ? [...workspaces, all] : workspaces;
    await this.markSilent(watched.filter(({ silent, alerted }) => silent && !alerted));
    await this.markRecovered(watched.filter(({ silent, alerted }) => !silent && alerted));
    for (const { connectionId, workspaceId } of await this.traffic.markV1())
      this.logger.log({
        msg: 'this workspace sends webhooks of version v1, which Plane Cloud has deprecated; its events are handled like any others',
        connectionId,
        workspaceId,
      });
    if (unknownWorkspaces.length > 0)
      await this.traffic.reset(unknownWorkspaces, this.webhooks.deliveryRetentionDays * SECONDS_PER_DAY);
  }

  /** Resolves with false where some are left to read. */
  private async readDeliveries(): Promise<boolean> {
    while (!this.drain.draining.aborted) {
      const count = await this.traffic.advance(BATCH_SIZE);
      if (count === undefined) return false;
      if (count < BATCH_SIZE) return true;
    }
    return false;
  }

  private async markSilent(silent: readonly WatchedTraffic[]): Promise<void> {
    if (silent.length === 0) return;
    const marked = await this.traffic.markSilent(silent);
    for (const each of silent.filter((watched) => marked.has(keyText(watched)))) {
      const who = each.workspace === '' ? 'no workspace has sent a webhook' : 'a workspace has sent no webhook';
      this.logger.warn({
        msg: `${who} for far longer than usual: Plane has probably disabled it; enable it on the app's page in Plane`,
        ...logFields(each),
      });
    }
  }

  private async markRecovered(recovered: readonly WatchedTraffic[]): Promise<void> {
    if (recovered.length === 0) return;
    const marked = await this.traffic.markRecovered(recovered);
    for (const each of recovered.filter((watched) => marked.has(keyText(watched))))
      this.logger.log({
        msg: each.workspace === '' ? 'webhooks arrive again' : 'a workspace that was silent sends webhooks again',
        ...logFields(each),
      });
  }
}

function logFields(watched: WatchedTraffic): object {
  const { workspace, connectionId, workspaceId, silentSeconds, longestGapSeconds } = watched;
  return {
    ...(workspace !== '' && { workspace, connectionId, workspaceId }),
    silentSeconds: Math.round(silentSeconds),
    longestGapSeconds: Math.round(longestGapSeconds),
  };
}
