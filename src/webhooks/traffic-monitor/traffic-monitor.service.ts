import { Injectable } from '@nestjs/common';
import { InstallationsService } from '../../installations/installations.service.js';
import { ALL_WORKSPACES, isSilent } from './silent-workspace.js';
import { type KnownTraffic, WorkspaceTrafficRepository } from './workspace-traffic.repository.js';

/** Traffic that is watched, and what there is to say of it. */
export interface WatchedTraffic extends KnownTraffic {
  /** The workspace's slug. */
  readonly workspace: string;
  /** Far longer than its habit. */
  readonly silent: boolean;
}

/** What was found of the traffic. */
export interface TrafficSurvey {
  /** All workspaces together; `undefined` where nothing has ever come, or the app is installed nowhere. */
  readonly all: WatchedTraffic | undefined;
  /** One a workspace where the app is installed and that has sent. */
  readonly workspaces: readonly WatchedTraffic[];
  /** Workspaces that have sent and where the app is not installed; all together where it is installed nowhere. */
  readonly unknownWorkspaces: readonly string[];
}

/** Knows who has fallen silent: Plane says nothing when it disables a webhook (contract §6). */
@Injectable()
export class TrafficMonitorService {
  constructor(
    private readonly installations: InstallationsService,
    private readonly traffic: WorkspaceTrafficRepository,
  ) {}

  /** Looks at each workspace's row, and at the deliveries of those alone that seem to be silent. Writes nothing. */
  async survey(): Promise<TrafficSurvey> {
    const [rows, slugs] = await Promise.all([this.traffic.all(), this.installations.installedWorkspaces()]);
    const ids = rows.filter(isSilent).map(({ workspaceId }) => workspaceId);
    const sent = ids.length > 0 ? await this.traffic.sentSince(ids) : new Set<string>();
    const watched = rows.map((row) => ({
      ...row,
      workspace: slugs.get(row.workspaceId) ?? '',
      silent: isSilent(row) && !sent.has(row.workspaceId),
    }));
    const installed = watched.filter(({ workspaceId }) => slugs.has(workspaceId));
    const all = watched.find(({ workspaceId }) => workspaceId === ALL_WORKSPACES && slugs.size > 0);
    const known = new Set([...installed, all].map((each) => each?.workspaceId));
    const unknownWorkspaces = watched.map(({ workspaceId }) => workspaceId).filter((id) => !known.has(id));
    return { all, workspaces: installed, unknownWorkspaces };
  }

  /** How many workspaces have sent webhooks of version v1 within the last 7 days. */
  async countV1(): Promise<number> {
    return this.traffic.countV1();
  }
}
