import { Injectable } from '@nestjs/common';
import { InstallationsService } from '../../installations/installations.service.js';
import { ALL_WORKSPACES, isSilent } from './silent-workspace.js';
import { type StoredTraffic, WorkspaceTrafficRepository } from './workspace-traffic.repository.js';

/** The traffic of one workspace, or of all together. */
export interface WatchedTraffic extends StoredTraffic {
  /** The workspace's slug; empty for all together. */
  readonly workspace: string;
  /** For far longer than usual. */
  readonly silent: boolean;
}

/** The traffic of all workspaces. */
export interface TrafficSurvey {
  /** All workspaces together; `undefined` where nothing has ever arrived, or the app is installed nowhere. */
  readonly all: WatchedTraffic | undefined;
  /** Each workspace where the app is installed and that has sent. */
  readonly workspaces: readonly WatchedTraffic[];
  /** Workspaces that have sent and where the app is not installed; also "all together" where it is installed nowhere. */
  readonly unknownWorkspaces: readonly string[];
}

/** Detects workspaces that stopped sending: Plane sends no notice when it disables a webhook (docs/plane.md §6). */
@Injectable()
export class TrafficMonitorService {
  constructor(
    private readonly installations: InstallationsService,
    private readonly traffic: WorkspaceTrafficRepository,
  ) {}

  /** Reads each workspace's row, and the deliveries of those that seem to be silent. Writes nothing. */
  async survey(): Promise<TrafficSurvey> {
    const [rows, slugs] = await Promise.all([this.traffic.all(), this.installations.installedWorkspaces()]);
    const ids = rows.filter(isSilent).map(({ workspaceId }) => workspaceId);
    const sent = ids.length > 0 ? await this.traffic.sentSince(ids) : new Set<string>();
    const quiet = isQuiet(rows, slugs);
    const watched = rows.map((row) => ({
      ...row,
      workspace: slugs.get(row.workspaceId) ?? '',
      silent: isSilent(row) && !sent.has(row.workspaceId) && !(row.workspaceId === ALL_WORKSPACES && quiet),
    }));
    const installed = watched.filter(({ workspaceId }) => slugs.has(workspaceId));
    const all = watched.find(({ workspaceId }) => workspaceId === ALL_WORKSPACES && slugs.size > 0);
    const known = new Set([...installed, all].map((each) => each?.workspaceId));
    const unknownWorkspaces = watched.map(({ workspaceId }) => workspaceId).filter((id) => !known.has(id));
    return { all, workspaces: installed, unknownWorkspaces };
  }

  /**
   * Records that Plane's API was compared with the webhooks of a workspace.
   *
   * @param missedSince the first change that no webhook announced; `null` where none is missing
   */
  async recordCheck(workspaceId: string, missedSince: Date | null): Promise<void> {
    await this.traffic.recordCheck(workspaceId, missedSince);
  }

  /** How many workspaces have sent webhooks of version v1 within the last 7 days. */
  async countV1(): Promise<number> {
    return this.traffic.countV1();
  }
}

/** Whether Plane's API shows of each workspace that nothing is missing: then no webhook of any was due. */
function isQuiet(rows: readonly StoredTraffic[], slugs: ReadonlyMap<string, string>): boolean {
  const verified = new Set(rows.filter((row) => row.verified === true).map(({ workspaceId }) => workspaceId));
  return slugs.size > 0 && [...slugs.keys()].every((workspaceId) => verified.has(workspaceId));
}
