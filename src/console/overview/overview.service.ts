import { Injectable } from '@nestjs/common';
import { ActivityLogService } from '../../activity/activity-log.service.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { QueueStatsService } from '../../queue/queue-stats.service.js';
import { TokenAdminService } from '../../tokens/token-admin.service.js';
import { DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { TrafficMonitorService } from '../../webhooks/traffic-monitor/traffic-monitor.service.js';
import { HandlerStatsService } from '../../webhooks/pauses/handler-stats.service.js';
import { type DeliverySummary } from '../../webhooks/deliveries/delivery-filter.js';
import { type Overview } from './overview.js';

const LAST_HOUR_MS = 59 * 60_000;
const FAILED = 5;

/** Gathers what an operator looks at first. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly activity: ActivityLogService,
    private readonly deliveries: DeliveriesService,
    private readonly installations: InstallationsService,
    private readonly levels: HandlerStatsService,
    private readonly queues: QueueStatsService,
    private readonly silence: TrafficMonitorService,
    private readonly tokens: TokenAdminService,
  ) {}

  async read(now = new Date()): Promise<Overview> {
    const [minutes, tokens, levels, survey, oldestWaitingSeconds, failed, workspaces] = await Promise.all([
      this.activity.minutes(new Date(now.getTime() - LAST_HOUR_MS)),
      this.tokens.summary(),
      this.levels.all(),
      this.silence.survey(),
      this.queues.oldestWaitingSeconds(),
      this.failed(),
      this.installations.installedWorkspaces(),
    ]);
    const silent = survey.workspaces.filter((each) => each.silent).map(({ workspace }) => workspace);
    const allSilent = survey.all?.silent ?? false;
    return { now, minutes, tokens, levels, silent, allSilent, oldestWaitingSeconds, failed, workspaces };
  }

  /** The newest that failed, whether they will be tried again or not. */
  private async failed(): Promise<DeliverySummary[]> {
    const pages = await Promise.all(
      (['dead_lettered', 'failed'] as const).map((state) =>
        this.deliveries.page({ state }, { limit: FAILED }),
      ),
    );
    const both = new Map(pages.flatMap(({ deliveries }) => deliveries).map((each) => [each.id, each]));
    return [...both.values()]
      .toSorted((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())
      .slice(0, FAILED);
  }
}
