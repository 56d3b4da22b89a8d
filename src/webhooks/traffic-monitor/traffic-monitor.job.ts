import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { HangarConfig } from '../../config/hangar-config.js';
import { TrafficMonitorService, type WatchedTraffic } from './traffic-monitor.service.js';
import { WorkspaceTrafficRepository } from './workspace-traffic.repository.js';

const TICK_MS = 60_000;
/** Deliveries that one statement looks at. */
const SLICE = 50_000;
const SECONDS_PER_DAY = 86_400;

/**
 * The role `scheduler`: says once, over all processes, that a workspace or all of them have fallen silent, that they
 * send again, and that a workspace sends webhooks of version v1. A tick that was missed is made up by the next.
 */
@Injectable()
export class TrafficMonitorJob implements OnModuleDestroy {
  private readonly logger = new Logger(TrafficMonitorJob.name);
  private running = false;
  private stopping = false;

  constructor(
    private readonly config: HangarConfig,
    private readonly traffic: WorkspaceTrafficRepository,
    private readonly silence: TrafficMonitorService,
  ) {}

  onModuleDestroy(): void {
    this.stopping = true;
  }

  /** One look at what came since the last; skipped while the one before, or another process's, is under way. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      if (await this.catchUp()) await this.tell();
    } catch (error) {
      this.logger.error({ msg: 'the traffic could not be watched; the next tick goes on', err: error });
    } finally {
      this.running = false;
    }
  }

  /** Resolves with false where it did not come to the end. */
  private async catchUp(): Promise<boolean> {
    while (!this.stopping) {
      const seen = await this.traffic.advance(SLICE);
      if (seen === undefined) return false;
      if (seen < SLICE) return true;
    }
    return false;
  }

  private async tell(): Promise<void> {
    const { all, workspaces, unknownWorkspaces } = await this.silence.survey();
    const watched = all ? [...workspaces, all] : workspaces;
    await this.markSilent(watched.filter(({ silent, told }) => silent && !told));
    await this.markRecovered(watched.filter(({ silent, told }) => !silent && told));
    for (const workspaceId of await this.traffic.markV1())
      this.logger.log({
        msg: 'this workspace sends webhooks of version v1, which Plane Cloud has deprecated; its events are handled like any others',
        workspaceId,
      });
    if (unknownWorkspaces.length > 0)
      await this.traffic.forget(unknownWorkspaces, this.config.deliveryRetentionDays * SECONDS_PER_DAY);
  }

  private async markSilent(silent: readonly WatchedTraffic[]): Promise<void> {
    if (silent.length === 0) return;
    const told = await this.traffic.markSilent(silent.map(({ workspaceId }) => workspaceId));
    for (const each of silent.filter(({ workspaceId }) => told.has(workspaceId))) {
      const who =
        each.workspace === '' ? 'no workspace has sent a webhook' : 'a workspace has sent no webhook';
      this.logger.warn({
        msg: `${who} for far longer than usual: Plane has probably disabled it; enable it on the app's page in Plane`,
        ...factsOf(each),
      });
    }
  }

  private async markRecovered(back: readonly WatchedTraffic[]): Promise<void> {
    if (back.length === 0) return;
    const told = await this.traffic.markRecovered(back.map(({ workspaceId }) => workspaceId));
    for (const each of back.filter(({ workspaceId }) => told.has(workspaceId)))
      this.logger.log({
        msg:
          each.workspace === '' ? 'webhooks come again' : 'a workspace that was silent sends webhooks again',
        ...factsOf(each),
      });
  }
}

function factsOf({ workspace, workspaceId, silentSeconds, longestGapSeconds }: WatchedTraffic): object {
  return {
    ...(workspace !== '' && { workspace, workspaceId }),
    silentSeconds: Math.round(silentSeconds),
    longestGapSeconds: Math.round(longestGapSeconds),
  };
}
