import { Injectable } from '@nestjs/common';
import { PlaneConnections } from '../../config/plane-connections.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { ALL_WORKSPACES, isSilent, keyText, type TrafficKey } from './silent-workspace.js';
import { type StoredTraffic, WorkspaceTrafficRepository } from './workspace-traffic.repository.js';

/** The traffic of one workspace by one connection, or of all together. */
export interface WatchedTraffic extends StoredTraffic {
  /** The workspace's slug, or its id where that is unknown, with its connection where there are several; empty for all. */
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
  readonly unknownWorkspaces: readonly WatchedTraffic[];
}

/** Detects workspaces that stopped sending: Plane sends no notice when it disables a webhook (docs/plane.md §6). */
@Injectable()
export class TrafficMonitorService {
  constructor(
    private readonly connections: PlaneConnections,
    private readonly installations: InstallationsService,
    private readonly traffic: WorkspaceTrafficRepository,
  ) {}

  /** Reads each workspace's row, and the deliveries of those that seem to be silent. Writes nothing. */
  async survey(): Promise<TrafficSurvey> {
    const [rows, names] = await Promise.all([this.traffic.all(), this.names()]);
    const silent = rows.filter(isSilent);
    const sent = silent.length > 0 ? await this.traffic.sentSince(silent) : new Set<string>();
    const quiet = isQuiet(rows, names);
    const watched = rows.map((row) => ({
      ...row,
      workspace: names.get(keyText(row)) ?? this.unknownName(row),
      silent: isSilent(row) && !sent.has(keyText(row)) && !(row.workspaceId === ALL_WORKSPACES && quiet),
    }));
    const workspaces = watched.filter((row) => names.has(keyText(row)));
    const all = watched.find(({ workspaceId }) => workspaceId === ALL_WORKSPACES && names.size > 0);
    const unknownWorkspaces = watched.filter((row) => row !== all && !names.has(keyText(row)));
    return { all, workspaces, unknownWorkspaces };
  }

  /**
   * Records that Plane's API was compared with the webhooks of an installation.
   *
   * @param installationId ours; unknown ones are ignored
   * @param missedSince the first change that no webhook announced; `null` where none is missing
   */
  async recordCheck(installationId: string, missedSince: Date | null): Promise<void> {
    const installation = await this.installations.findById(installationId);
    if (installation) await this.traffic.recordCheck(installation, missedSince);
  }

  /** How many workspaces have sent webhooks of version v1 within the last 7 days. */
  async countV1(): Promise<number> {
    return this.traffic.countV1();
  }

  private unknownName({ connectionId, workspaceId }: TrafficKey): string {
    return workspaceId === ALL_WORKSPACES ? '' : this.connections.nameOf(connectionId, workspaceId);
  }

  /** What the workspaces where the app is installed are called, by {@link keyText}. */
  private async names(): Promise<Map<string, string>> {
    const live = await this.installations.liveWorkspaces();
    return new Map(live.map((each) => [keyText(each), this.connections.nameOf(each.connectionId, each.workspaceSlug)]));
  }
}

/** Whether Plane's API shows of each workspace that nothing is missing: then no webhook of any was due. */
function isQuiet(rows: readonly StoredTraffic[], names: ReadonlyMap<string, string>): boolean {
  const verified = new Set(rows.filter((row) => row.verified === true).map(keyText));
  return names.size > 0 && [...names.keys()].every((key) => verified.has(key));
}
