import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { codedError } from '../common/coded-error.js';
import { httpUrl } from '../config/parsers.js';
import { installOf } from '../installations/installation.js';
import { QueueService } from '../queue/queue.service.js';
import * as sql from './connection-move.sql.js';

/** An installation that was moved. */
interface MovedInstallation {
  readonly connection: string;
  /** The slug. */
  readonly workspace: string;
  readonly status: string;
}

/** What is moved: from one base URL to another. */
export interface ConnectionMove {
  readonly from: string;
  readonly to: string;
  /** The id of the only connection that is moved; all with the old base URL without it. */
  readonly connection?: string | undefined;
}

/** What {@link ConnectionOperations.move} moved, or would move. */
export interface MovedConnections {
  /** As the URLs are stored. */
  readonly from: string;
  readonly to: string;
  readonly installations: readonly MovedInstallation[];
  readonly tokens: number;
  /** Links between people and Plane users; copied where another connection stays at the old URL. */
  readonly links: number;
  readonly workspaceSecrets: number;
  /** Rows that were deleted, because the new base URL had one for the same workspace, user or secret. */
  readonly replaced: number;
  /** Events that waited for an install in one of the workspaces. */
  readonly releasedEvents: number;
}

interface MovedRow {
  readonly connectionId: string;
  readonly workspaceId: string;
  readonly workspace: string;
  readonly status: string;
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
   * Moves everything that is stored for a Plane, or for one connection to it, to its new base URL, and releases the events that
   * were parked meanwhile.
   *
   * @throws {DomainError} `connections_move_refused`: a URL is invalid, both are the same, or nothing belongs to the old one
   */
  async move(by: Actor, move: ConnectionMove): Promise<MovedConnections> {
    const valid = await this.requireValid(move);
    const { from, to, connection } = valid;
    const details = { to, ...(connection !== undefined && { connection }) };
    return this.audit.audited(
      { by, action: 'connections.move', target: `plane/${from}`, details },
      async () => this.dataSource.transaction((transaction) => this.moveIn(transaction, valid)),
      ({ installations, tokens, links, workspaceSecrets, replaced, releasedEvents }) => {
        return { installations: installations.length, tokens, links, workspaceSecrets, replaced, releasedEvents };
      },
    );
  }

  /** What {@link move} would do. Changes nothing and is not audited. */
  async tryMove(move: ConnectionMove): Promise<MovedConnections> {
    const valid = await this.requireValid(move);
    try {
      return await this.dataSource.transaction(async (transaction) => {
        throw new DryRun(await this.moveIn(transaction, valid));
      });
    } catch (error) {
      if (error instanceof DryRun) return error.moved;
      throw error;
    }
  }

  private async requireValid({ connection, ...urls }: ConnectionMove): Promise<ConnectionMove> {
    const [from, to] = [parsed(urls.from), parsed(urls.to)];
    if (from === to) throw invalidMove(`${from} and ${to} are the same URL.`);
    const rows = await this.dataSource.query<{ baseUrl: string }[]>(sql.KNOWN, [connection ?? null]);
    const known = rows.map(({ baseUrl }) => baseUrl);
    if (known.includes(from)) return { from, to, connection };
    const which = connection === undefined ? '' : ` of the connection "${connection}"`;
    throw invalidMove(`No installation${which} belongs to ${from}. Known: ${known.join(', ') || 'none'}.`);
  }

  private async moveIn(
    transaction: EntityManager,
    { from, to, connection }: ConnectionMove,
  ): Promise<MovedConnections> {
    const values = [from, to, connection ?? null];
    const change = async (statement: string): Promise<number> => {
      const [, affected] = await transaction.query<[unknown[], number]>(statement, values);
      return affected;
    };
    await transaction.query(sql.LOCK);
    let replaced = 0;
    for (const statement of sql.DELETE_REPLACED) replaced += await change(statement);
    const [moved] = await transaction.query<[MovedRow[], number]>(sql.MOVE_INSTALLATIONS, values);
    const tokens = await change(sql.MOVE_TOKENS);
    const links =
      (await change(sql.MOVE_LINKS)) + (await transaction.query<unknown[]>(sql.COPY_LINKS, [from, to])).length;
    const workspaceSecrets = await change(sql.MOVE_SECRETS);
    let releasedEvents = 0;
    for (const row of moved)
      if (row.status === 'installed') releasedEvents += await this.queue.unpark(transaction, installOf(row));
    const installations = moved.map(({ connectionId, workspace, status }) => {
      return { connection: connectionId, workspace, status };
    });
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
