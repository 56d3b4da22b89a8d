import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { ALL_WORKSPACES, type Traffic } from './silent-workspace.js';
import * as sql from './workspace-traffic.sql.js';
import { WorkspaceTrafficEntity } from './workspace-traffic.entity.js';

/** Traffic, and whether its silence has been told. */
export interface KnownTraffic extends Traffic {
  readonly told: boolean;
}

type Ids = readonly string[];

/** The table of traffic. */
@Injectable()
export class WorkspaceTrafficRepository {
  constructor(
    @InjectRepository(WorkspaceTrafficEntity) private readonly rows: Repository<WorkspaceTrafficEntity>,
  ) {}

  /**
   * Looks at the next deliveries, at about so many. Resolves with how many were new, or `undefined` where another
   * process is at it.
   */
  async advance(limit: number): Promise<number | undefined> {
    return this.rows.manager.transaction(async (transaction) => {
      const [lock] = await transaction.query<{ mine: boolean }[]>(sql.LOCK);
      if (!lock?.mine) return undefined;
      const [seen] = await transaction.query<{ count: number }[]>(sql.ADVANCE, [limit]);
      return seen?.count ?? 0;
    });
  }

  async all(): Promise<KnownTraffic[]> {
    return this.rows.query(sql.ALL);
  }

  /** Those that have sent something that {@link advance} has not seen. */
  async sentSince(ids: Ids): Promise<Set<string>> {
    const sent = await this.rows.query<{ workspaceId: string }[]>(sql.SENT_SINCE, [ids]);
    const found = new Set(sent.map(({ workspaceId }) => workspaceId));
    if (ids.includes(ALL_WORKSPACES)) {
      const [any] = await this.rows.query<{ sent: boolean }[]>(sql.ANY_SENT_SINCE);
      if (any?.sent) found.add(ALL_WORKSPACES);
    }
    return found;
  }

  /** Books that these are silent. Resolves with those of which nobody else has. */
  async markSilent(ids: Ids): Promise<Set<string>> {
    return this.changed(sql.MARK_SILENT, [ids]);
  }

  /** Books that these send again. Resolves with those of which nobody else has. */
  async markRecovered(ids: Ids): Promise<Set<string>> {
    return this.changed(sql.MARK_RECOVERED, [ids]);
  }

  /** Books that deliveries of version v1 come. Resolves with the workspaces of which nobody has. */
  async markV1(): Promise<Set<string>> {
    return this.changed(sql.MARK_V1, []);
  }

  /** How many workspaces have sent v1 within the last 7 days. */
  async countV1(): Promise<number> {
    const [row] = await this.rows.query<{ count: number }[]>(sql.COUNT_V1);
    return row?.count ?? 0;
  }

  /** What has been told and still holds: how many workspaces, and the seconds of all together or 0. */
  async told(): Promise<{ workspaces: number; allSeconds: number }> {
    const [row] = await this.rows.query<{ workspaces: number; allSeconds: number }[]>(sql.ALERTED);
    return row ?? { workspaces: 0, allSeconds: 0 };
  }

  /** Begins anew with these when they send again, and deletes those that have not for so long. */
  async forget(ids: Ids, seconds: number): Promise<void> {
    await this.rows.manager.transaction(async (transaction: EntityManager) => {
      await transaction.query(sql.RESET_HABIT, [ids]);
      await transaction.query(sql.DELETE_OLD, [ids, seconds]);
    });
  }

  private async changed(statement: string, values: unknown[]): Promise<Set<string>> {
    const [changed] = await this.rows.query<[{ workspaceId: string }[], number]>(statement, values);
    return new Set(changed.map(({ workspaceId }) => workspaceId));
  }
}
