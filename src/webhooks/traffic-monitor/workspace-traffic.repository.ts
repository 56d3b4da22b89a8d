import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { ALL_WORKSPACES, type Traffic } from './silent-workspace.js';
import * as sql from './workspace-traffic.sql.js';
import { WorkspaceTrafficEntity } from './workspace-traffic.entity.js';

/** Traffic, and whether its silence has been logged. */
export interface StoredTraffic extends Traffic {
  readonly alerted: boolean;
}

type Ids = readonly string[];

/** The table of traffic. */
@Injectable()
export class WorkspaceTrafficRepository {
  constructor(@InjectRepository(WorkspaceTrafficEntity) private readonly rows: Repository<WorkspaceTrafficEntity>) {}

  /**
   * Reads the next deliveries, about `limit`. Resolves with how many were new, or `undefined` where another process reads
   * them now.
   */
  async advance(limit: number): Promise<number | undefined> {
    return this.rows.manager.transaction(async (transaction) => {
      const [lock] = await transaction.query<{ mine: boolean }[]>(sql.LOCK);
      if (!lock?.mine) return undefined;
      const [read] = await transaction.query<{ count: number }[]>(sql.ADVANCE, [limit]);
      return read?.count ?? 0;
    });
  }

  async all(): Promise<StoredTraffic[]> {
    return this.rows.query(sql.ALL);
  }

  /** Those that have sent something that {@link advance} has not read. */
  async sentSince(ids: Ids): Promise<Set<string>> {
    const sent = await this.rows.query<{ workspaceId: string }[]>(sql.SENT_SINCE, [ids]);
    const found = new Set(sent.map(({ workspaceId }) => workspaceId));
    if (ids.includes(ALL_WORKSPACES)) {
      const [any] = await this.rows.query<{ sent: boolean }[]>(sql.ANY_SENT_SINCE);
      if (any?.sent) found.add(ALL_WORKSPACES);
    }
    return found;
  }

  /** Marks these as silent. Resolves with those that were not marked before. */
  async markSilent(ids: Ids): Promise<Set<string>> {
    return this.changed(sql.MARK_SILENT, [ids]);
  }

  /** Marks these as sending again. Resolves with those that were marked as silent. */
  async markRecovered(ids: Ids): Promise<Set<string>> {
    return this.changed(sql.MARK_RECOVERED, [ids]);
  }

  /** Marks the workspaces that send version v1. Resolves with those that were not marked before. */
  async markV1(): Promise<Set<string>> {
    return this.changed(sql.MARK_V1, []);
  }

  /** How many workspaces have sent v1 within the last 7 days. */
  async countV1(): Promise<number> {
    const [row] = await this.rows.query<{ count: number }[]>(sql.COUNT_V1);
    return row?.count ?? 0;
  }

  /** What is silent and has been logged: how many workspaces, and the seconds of all together or 0. */
  async alerted(): Promise<{ workspaces: number; allSeconds: number }> {
    const [row] = await this.rows.query<{ workspaces: number; allSeconds: number }[]>(sql.ALERTED);
    return row ?? { workspaces: 0, allSeconds: 0 };
  }

  /** Records whether Plane's API shows changes of the workspace that no webhook announced. */
  async recordCheck(workspaceId: string, missedSince: Date | null): Promise<void> {
    await this.rows.query(sql.RECORD_CHECK, [workspaceId, missedSince]);
  }

  /** Discards what is known of these, and deletes those that have sent nothing for so many seconds. */
  async reset(ids: Ids, seconds: number): Promise<void> {
    await this.rows.manager.transaction(async (transaction: EntityManager) => {
      await transaction.query(sql.RESET, [ids]);
      await transaction.query(sql.DELETE_OLD, [ids, seconds]);
    });
  }

  private async changed(statement: string, values: unknown[]): Promise<Set<string>> {
    const [changed] = await this.rows.query<[{ workspaceId: string }[], number]>(statement, values);
    return new Set(changed.map(({ workspaceId }) => workspaceId));
  }
}
