import { Injectable } from '@nestjs/common';
import { MetricsService } from '../../observability/metrics.service.js';
import { WorkspaceTrafficRepository } from './workspace-traffic.repository.js';

/** The role `scheduler`: tells who has fallen silent, as it was last told in the log. */
@Injectable()
export class TrafficMetricsService {
  constructor(metrics: MetricsService, traffic: WorkspaceTrafficRepository) {
    metrics.gauge(
      'hangar_workspaces_silent',
      'Workspaces that have sent nothing for far longer than usual: alert on any.',
      async () => [{ value: (await traffic.told()).workspaces }],
    );
    metrics.gauge(
      'hangar_traffic_silent_seconds',
      'How long nothing has come from any workspace, where that is far longer than usual; else 0: alert above 0.',
      async () => [{ value: (await traffic.told()).allSeconds }],
    );
  }
}
