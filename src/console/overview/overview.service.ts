import { Injectable } from '@nestjs/common';
import { type ActivityMinute } from '../../activity/activity-figures.js';
import { ActivityService } from '../../activity/activity.service.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { type CheckedConnection, KeyInstallationsService } from '../../installations/key-installations.service.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type WorkspaceSlugs } from '../../installations/workspace-slugs.js';
import { QueueStatsService } from '../../queue/queue-stats.service.js';
import { TaskAdminService } from '../../tasks/task-admin.service.js';
import { type TaskCount } from '../../tasks/task-pages.js';
import { type TokenSummary } from '../../tokens/token.js';
import { TokenAdminService } from '../../tokens/token-admin.service.js';
import { DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { TrafficMonitorService } from '../../webhooks/traffic-monitor/traffic-monitor.service.js';
import { type HandlerStats, HandlerStatsService } from '../../webhooks/pauses/handler-stats.service.js';
import { type DeliverySummary } from '../../webhooks/deliveries/delivery-filter.js';

const LAST_HOUR_MS = 59 * 60_000;
const MAX_FAILED = 5;

/** The data of the overview page. */
export interface Overview {
  readonly now: Date;
  /** Every minute of the last hour, oldest first. */
  readonly minutes: readonly ActivityMinute[];
  readonly tokens: TokenSummary;
  readonly handlers: readonly HandlerStats[];
  /** Slugs of silent workspaces, with their connections where there are several. */
  readonly silent: readonly string[];
  readonly allSilent: boolean;
  readonly oldestWaitingSeconds: number;
  readonly failed: readonly DeliverySummary[];
  /** Tasks that wait for a method which this release does not have, by name. */
  readonly orphanedTasks: readonly TaskCount[];
  /** Connections with an API key, as their last check found them. */
  readonly connections: readonly CheckedConnection[];
  /** Slugs by id. */
  readonly workspaces: WorkspaceSlugs;
  /** The ids of the connections that are configured. */
  readonly connectionIds: readonly string[];
}

/** Reads the data of the overview page. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly activity: ActivityService,
    private readonly deliveries: DeliveriesService,
    private readonly installations: InstallationsService,
    private readonly handlerStats: HandlerStatsService,
    private readonly queues: QueueStatsService,
    private readonly traffic: TrafficMonitorService,
    private readonly tokens: TokenAdminService,
    private readonly tasks: TaskAdminService,
    private readonly keys: KeyInstallationsService,
    private readonly planes: PlaneConnections,
  ) {}

  async read(now = new Date()): Promise<Overview> {
    const [minutes, tokens, handlers, survey, oldestWaitingSeconds, failed, workspaces, orphanedTasks, connections] =
      await Promise.all([
        this.activity.minutes(new Date(now.getTime() - LAST_HOUR_MS)),
        this.tokens.summary(),
        this.handlerStats.all(),
        this.traffic.survey(),
        this.queues.oldestWaitingSeconds(),
        this.failed(),
        this.installations.installedSlugs(),
        this.tasks.orphaned(),
        this.keys.all(),
      ]);
    const silent = survey.workspaces.filter((each) => each.silent).map(({ workspace }) => workspace);
    const allSilent = survey.all?.silent ?? false;
    return {
      now,
      minutes,
      tokens,
      handlers,
      silent,
      allSilent,
      oldestWaitingSeconds,
      failed,
      workspaces,
      orphanedTasks,
      connections,
      connectionIds: this.planes.ids,
    };
  }

  /** The newest failed deliveries, dead-lettered or not. */
  private async failed(): Promise<DeliverySummary[]> {
    const pages = await Promise.all(
      (['dead_lettered', 'failed'] as const).map((state) => this.deliveries.page({ state }, { limit: MAX_FAILED })),
    );
    const both = new Map(pages.flatMap(({ deliveries }) => deliveries).map((each) => [each.id, each]));
    return [...both.values()].toSorted((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime()).slice(0, MAX_FAILED);
  }
}
