import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { ALL_WORKSPACES, keyText, type Traffic, type TrafficKey } from './silent-workspace.js';
import * as sql from './workspace-traffic.sql.js';
import { WorkspaceTrafficEntity } from './workspace-traffic.entity.js';

/** Traffic, and whether its silence has been logged. */
export interface StoredTraffic extends Traffic {
  readonly alerted: boolean;
}

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

  /** Those that have sent something that {@link advance} has not read, by {@link keyText}. */
  async sentSince(keys: readonly TrafficKey[]): Promise<Set<string>> {
    const sent = await this.rows.query<TrafficKey[]>(sql.SENT_SINCE, columnsOf(keys));
    const all = keys.find(({ workspaceId }) => workspaceId === ALL_WORKSPACES);
    if (all) {
      const [any] = await this.rows.query<{ sent: boolean }[]>(sql.ANY_SENT_SINCE);
      if (any?.sent) sent.push(all);
    }
    return new Set(sent.map(keyText));
  }

  /** Marks these as silent. Resolves with those that were not marked before, by {@link keyText}. */
  async markSilent(keys: readonly TrafficKey[]): Promise<Set<string>> {
    return new Set((await this.changed(sql.MARK_SILENT, columnsOf(keys))).map(keyText));
  }

  /** Marks these as sending again. Resolves with those that were marked as silent, by {@link keyText}. */
  async markRecovered(keys: readonly TrafficKey[]): Promise<Set<string>> {
    return new Set((await this.changed(sql.MARK_RECOVERED, columnsOf(keys))).map(keyText));
  }

  /** Marks the workspaces that send version v1. Resolves with those that were not marked before. */
  async markV1(): Promise<TrafficKey[]> {
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
  async recordCheck({ connectionId, workspaceId }: TrafficKey, missedSince: Date | null): Promise<void> {
    await this.rows.query(sql.RECORD_CHECK, [connectionId, workspaceId, missedSince]);
  }

  /** Discards what is known of these, and deletes those that have sent nothing for so many seconds. */
  async reset(keys: readonly TrafficKey[], seconds: number): Promise<void> {
    await this.rows.manager.transaction(async (transaction: EntityManager) => {
      await transaction.query(sql.RESET, columnsOf(keys));
      await transaction.query(sql.DELETE_OLD, [...columnsOf(keys), seconds]);
    });
  }

  private async changed(statement: string, values: unknown[]): Promise<TrafficKey[]> {
    const [changed] = await this.rows.query<[TrafficKey[], number]>(statement, values);
    return changed;
  }
}

function columnsOf(keys: readonly TrafficKey[]): [connectionIds: string[], workspaceIds: string[]] {
  return [keys.map(({ connectionId }) => connectionId), keys.map(({ workspaceId }) => workspaceId)];
}
