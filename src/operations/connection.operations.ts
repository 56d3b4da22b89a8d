import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { codedError } from '../common/coded-error.js';
import { httpUrl } from '../config/parsers.js';
import { QueueService } from '../queue/queue.service.js';
import * as sql from './connection-move.sql.js';

/** What {@link ConnectionOperations.move} moved, or would move. */
export interface MovedConnections {
  /** As the URLs are stored. */
  readonly from: string;
  readonly to: string;
  readonly installations: readonly { readonly workspace: string; readonly status: string }[];
  readonly tokens: number;
  /** Links between people and Plane users. */
  readonly links: number;
  readonly workspaceSecrets: number;
  /** Rows that were deleted, because the new base URL had one for the same workspace, user or secret. */
  readonly replaced: number;
  /** Events that waited for an install in one of the workspaces. */
  readonly releasedEvents: number;
}

const invalidMove = codedError(
  'connections_move_refused',
  400,
  'The connections cannot be moved',
  (why: string) => why,
);

/** Undoes the transaction of a dry run. */
class DryRun extends Error {
  constructor(readonly moved: MovedConnections) {
    super('dry run');
  }
}

/** Operations on the connections to Plane, audited. */
@Injectable()
export class ConnectionOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly dataSource: DataSource,
    private readonly queue: QueueService,
  ) {}

  /**
   * Moves everything that is stored for a Plane to its new base URL, and releases the events that were parked meanwhile.
   *
   * @throws {DomainError} `connections_move_refused`: a URL is invalid, both are the same, or nothing belongs to the old one
   */
  async move(by: Actor, from: string, to: string): Promise<MovedConnections> {
    const urls = await this.requireUrls(from, to);
    return this.audit.audited(
      { by, action: 'connections.move', target: `plane/${urls.from}`, details: { to: urls.to } },
      async () => this.dataSource.transaction((transaction) => this.moveIn(transaction, urls.from, urls.to)),
      ({ installations, tokens, links, workspaceSecrets, replaced, releasedEvents }) => {
        return { installations: installations.length, tokens, links, workspaceSecrets, replaced, releasedEvents };
      },
    );
  }

  /** What {@link move} would do. Changes nothing and is not audited. */
  async tryMove(from: string, to: string): Promise<MovedConnections> {
    const urls = await this.requireUrls(from, to);
    try {
      return await this.dataSource.transaction(async (transaction) => {
        throw new DryRun(await this.moveIn(transaction, urls.from, urls.to));
      });
    } catch (error) {
      if (error instanceof DryRun) return error.moved;
      throw error;
    }
  }

  private async requireUrls(from: string, to: string): Promise<{ readonly from: string; readonly to: string }> {
    const urls = { from: parsed(from), to: parsed(to) };
    if (urls.from === urls.to) throw invalidMove(`${urls.from} and ${urls.to} are the same URL.`);
    const rows = await this.dataSource.query<{ baseUrl: string }[]>(sql.KNOWN);
    const known = rows.map(({ baseUrl }) => baseUrl);
    if (known.includes(urls.from)) return urls;
    throw invalidMove(`No installation belongs to ${urls.from}. Known: ${known.join(', ') || 'none'}.`);
  }

  private async moveIn(transaction: EntityManager, from: string, to: string): Promise<MovedConnections> {
    const change = async (statement: string): Promise<number> => {
      const [, affected] = await transaction.query<[unknown[], number]>(statement, [from, to]);
      return affected;
    };
    await transaction.query(sql.LOCK);
    let replaced = 0;
    for (const statement of sql.DELETE_REPLACED) replaced += await change(statement);
    type Row = { readonly workspaceId: string; readonly workspace: string; readonly status: string };
    const [moved] = await transaction.query<[Row[], number]>(sql.MOVE_INSTALLATIONS, [from, to]);
    const tokens = await change(sql.MOVE_TOKENS);
    const links = await change(sql.MOVE_LINKS);
    const workspaceSecrets = await change(sql.MOVE_SECRETS);
    let releasedEvents = 0;
    for (const { workspaceId, status } of moved)
      if (status === 'installed') releasedEvents += await this.queue.unpark(transaction, `install:${workspaceId}`);
    const installations = moved.map(({ workspace, status }) => ({ workspace, status }));
    return { from, to, installations, tokens, links, workspaceSecrets, replaced, releasedEvents };
  }
}

function parsed(url: string): string {
  try {
    return httpUrl(url);
  } catch (error) {
    throw invalidMove(`The URL ${(error as Error).message}.`);
  }
}
