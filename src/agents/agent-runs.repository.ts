import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { type AgentRunStatus } from '../webhooks/events/plane-event.js';
import { AgentRunEntity } from './agent-run.entity.js';

/** Identifies a run of Plane. */
export type RunOfPlane = Pick<AgentRunEntity, 'connectionId' | 'workspaceId' | 'runId'>;

/** Where runs are: a workspace, by a connection. */
export type PlaceOfRuns = Omit<RunOfPlane, 'runId'>;

/** A run as a webhook describes it. */
export type SeenRun = Pick<
  AgentRunEntity,
  | 'connectionId'
  | 'workspaceId'
  | 'runId'
  | 'status'
  | 'workItemId'
  | 'projectId'
  | 'commentId'
  | 'creatorId'
  | 'agentUserId'
>;

/** Locks the rows in the order of their keys, so that two transactions with the same runs do not deadlock. */
const UPSERT = `
  INSERT INTO agent_runs (id, connection_id, workspace_id, run_id, status, work_item_id, project_id, comment_id, creator_id,
                          agent_user_id, heartbeat_at)
  SELECT id, "connectionId", "workspaceId", "runId", status, "workItemId", "projectId", "commentId", "creatorId", "agentUserId",
         now() + make_interval(secs => $2)
  FROM json_to_recordset($1::json) AS seen (
    id uuid, "connectionId" text, "workspaceId" text, "runId" text, status text, "workItemId" text, "projectId" text,
    "commentId" text, "creatorId" text, "agentUserId" text)
  ORDER BY "workspaceId", "runId", "connectionId"
  ON CONFLICT (workspace_id, run_id, connection_id) DO UPDATE SET
    status = CASE WHEN excluded.status = 'unknown' THEN agent_runs.status ELSE excluded.status END,
    work_item_id = coalesce(agent_runs.work_item_id, excluded.work_item_id),
    project_id = coalesce(agent_runs.project_id, excluded.project_id),
    comment_id = coalesce(agent_runs.comment_id, excluded.comment_id),
    creator_id = coalesce(agent_runs.creator_id, excluded.creator_id),
    agent_user_id = coalesce(agent_runs.agent_user_id, excluded.agent_user_id),
    heartbeat_at = coalesce(agent_runs.heartbeat_at, excluded.heartbeat_at),
    ended_at = NULL, updated_at = now()
  RETURNING id, connection_id AS "connectionId", workspace_id AS "workspaceId", run_id AS "runId"`;

const STOP = `
  UPDATE agent_runs
  SET stop_position = greatest(stop_position, $2), stop_prompted_at = greatest(stop_prompted_at, $3::timestamptz),
      untimed_stop_position = CASE WHEN $3 IS NULL THEN greatest(untimed_stop_position, $2) ELSE untimed_stop_position END
  WHERE id = $1`;

/** In the order of {@link UPSERT}. */
const LOCK_OF_DELIVERIES = `
  SELECT FROM agent_runs WHERE id IN (SELECT run_id FROM agent_turns WHERE delivery_id = ANY ($1))
  ORDER BY workspace_id, run_id, connection_id FOR UPDATE`;

/** A run whose turns are all closed has no heartbeat. */
const POSTED = `
  UPDATE agent_runs AS run
  SET last_activity_at = now(), updated_at = now(), status = $3,
      heartbeat_at = CASE WHEN open.found THEN now() + make_interval(secs => $2) END,
      ended_at = CASE WHEN open.found THEN NULL ELSE now() END
  FROM (SELECT EXISTS (SELECT FROM agent_turns WHERE run_id = $1 AND state <> 'closed') AS found) AS open
  WHERE run.id = $1`;

const REOPEN = `
  UPDATE agent_runs
  SET ended_at = NULL, heartbeat_at = coalesce(heartbeat_at, now() + make_interval(secs => $2)), updated_at = now()
  WHERE id = $1`;

const DELETE_OLD = `
  DELETE FROM agent_runs WHERE id = ANY (ARRAY(
    SELECT id FROM agent_runs AS run
    WHERE updated_at < now() - make_interval(secs => $1)
      AND NOT EXISTS (SELECT FROM agent_turns WHERE run_id = run.id AND state <> 'closed')
    ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED))`;

/** The table `agent_runs`. */
@Injectable()
export class AgentRunsRepository {
  constructor(@InjectRepository(AgentRunEntity) private readonly rows: Repository<AgentRunEntity>) {}

  /**
   * Inserts the runs, or adds to each what is new about it, and locks them until the transaction ends.
   *
   * @param heartbeatSeconds until the first heartbeat of a run is due
   * @returns the ids, by the key of {@link runKey}
   */
  async upsert(
    transaction: EntityManager,
    seen: readonly SeenRun[],
    heartbeatSeconds: number,
  ): Promise<Map<string, string>> {
    const rows = [...new Map(seen.map((run) => [runKey(run), { id: uuid(), ...run }])).values()];
    const found = await transaction.query<(RunOfPlane & Pick<AgentRunEntity, 'id'>)[]>(UPSERT, [
      JSON.stringify(rows),
      heartbeatSeconds,
    ]);
    return new Map(found.map((run) => [runKey(run), run.id]));
  }

  /** A stop was received. @param promptedAt Plane's time of it; null for one without */
  async stop(transaction: EntityManager, id: string, position: number, promptedAt: Date | null): Promise<void> {
    await transaction.query(STOP, [id, position, promptedAt]);
  }

  /** Locks the run until the transaction ends: others wait who add turns or close them. */
  async lock(transaction: EntityManager, id: string): Promise<void> {
    await transaction.query('SELECT FROM agent_runs WHERE id = $1 FOR UPDATE', [id]);
  }

  /** The same for the runs with turns of these deliveries. */
  async lockOfDeliveries(transaction: EntityManager, deliveryIds: readonly string[]): Promise<void> {
    await transaction.query(LOCK_OF_DELIVERIES, [deliveryIds]);
  }

  async find(id: string): Promise<AgentRunEntity | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  /**
   * An activity was posted to the run.
   *
   * @param status that Plane gives the run for it
   * @param heartbeatSeconds until its next heartbeat is due, while a turn is open
   */
  async posted(
    transaction: EntityManager,
    id: string,
    status: AgentRunStatus,
    heartbeatSeconds: number,
  ): Promise<void> {
    await transaction.query(POSTED, [id, heartbeatSeconds, status]);
  }

  /** A turn is open again. @param heartbeatSeconds until the next heartbeat is due */
  async reopen(transaction: EntityManager, id: string, heartbeatSeconds: number): Promise<void> {
    await transaction.query(REOPEN, [id, heartbeatSeconds]);
  }

  /** Adds what Plane knows of the run beyond its webhooks. */
  async describe(id: string, known: Partial<SeenRun>): Promise<void> {
    await this.rows.update({ id }, known);
  }

  /** Deletes runs without an open turn that did not change for so long, with their turns. Resolves with how many. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_OLD, [seconds, limit]);
    return deleted;
  }
}

/** One text for a run of Plane. */
export function runKey({ connectionId, workspaceId, runId }: RunOfPlane): string {
  return `${connectionId}/${workspaceId}/${runId}`;
}
