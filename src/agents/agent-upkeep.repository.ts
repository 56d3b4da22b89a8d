import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Not, Repository } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { AgentActivityEntity } from './agent-activity.entity.js';
import { AgentRunEntity } from './agent-run.entity.js';
import { AgentRunsRepository } from './agent-runs.repository.js';
import { AgentTurnEntity } from './agent-turn.entity.js';
import { type RunningCall } from './running-turns.js';

/** A run whose heartbeat is due, and for how long nothing of the app was posted to it. */
export interface DueRun {
  readonly id: string;
  readonly silentSeconds: number;
}

/** Whether a turn waits for too long. */
export interface TurnAges {
  /** It waits since its receipt, is parked, or runs without saving a state, for a day: longer than a run may take. */
  readonly overdue: boolean;
  /** It was stopped: seconds that its method still has for a last word; 0 where it does not run. */
  readonly graceSeconds: number;
}

/** A turn whose method runs, although it is to end. */
export interface OverTurn extends Pick<AgentTurnEntity, 'id' | 'outcome' | 'reason'> {
  /** Its stop was received. */
  readonly stopped: boolean;
  /** It is closed, after a stop or not by this call. */
  readonly ended: boolean;
}

const DUE = `SELECT DISTINCT connection_id AS "connectionId" FROM agent_runs WHERE heartbeat_at <= now()`;

/** A process that dies with it leaves the run to others, when it is due again. */
const CLAIM = `
  UPDATE agent_runs SET heartbeat_at = now() + make_interval(secs => $2)
  WHERE id = ANY (ARRAY(
    SELECT id FROM agent_runs WHERE connection_id = $3 AND heartbeat_at <= now()
    ORDER BY heartbeat_at LIMIT $1 FOR UPDATE SKIP LOCKED))
  RETURNING id, extract(epoch FROM now() - coalesce(last_activity_at, created_at))::float8 AS "silentSeconds"`;

const POSTPONE = `
  UPDATE agent_runs SET heartbeat_at = now() + make_interval(secs => $2) WHERE id = $1 AND heartbeat_at IS NOT NULL`;

const END = `
  UPDATE agent_runs SET heartbeat_at = NULL, ended_at = coalesce(ended_at, now())
  WHERE id = $1 AND NOT EXISTS (SELECT FROM agent_turns WHERE run_id = $1 AND state <> 'closed')`;

/** Where its own call has ended the turn, the method may continue after its answer, unless it was stopped. */
const OVER = `
  SELECT id, stopped, ended, outcome, reason
  FROM (
    SELECT turn.id, turn.outcome, turn.reason, stop_requested_at IS NOT NULL AS stopped,
           state = 'closed' AND (stop_requested_at IS NOT NULL OR NOT EXISTS (
             SELECT FROM agent_activities
             WHERE turn_id = turn.id AND closes AND agent_activities.start = call.start AND status = 'sent')) AS ended
    FROM json_to_recordset($1::json) AS call ("turnId" uuid, start integer)
    JOIN agent_turns AS turn ON turn.id = call."turnId") AS turn
  WHERE stopped OR ended`;

/** Those who add another activity of the turn wait for this lock. */
const LOCK_TURN = `SELECT FROM agent_turns WHERE id = $1 AND state <> 'closed' FOR UPDATE`;

/** The turn's last progress is shown again; nothing is posted to a turn that is about to end. */
const HEARTBEAT = `
  WITH last AS (
    SELECT type, content FROM agent_activities
    WHERE turn_id = $2 AND number > 0 AND type IN ('thought', 'action') AND status = 'sent' ORDER BY number DESC LIMIT 1
  ), turn AS (
    UPDATE agent_turns SET activities = activities + 1
    WHERE id = $2 AND state <> 'closed' AND stop_requested_at IS NULL
      AND NOT EXISTS (SELECT FROM agent_activities WHERE turn_id = $2 AND closes AND status <> 'failed')
    RETURNING id, activities AS number, state)
  INSERT INTO agent_activities (id, turn_id, number, key, type, content, closes, status)
  SELECT $1, turn.id, turn.number, turn.id || '/' || turn.number,
         CASE WHEN shown THEN last.type ELSE 'thought' END,
         CASE WHEN shown THEN last.content ELSE $3::json END, false, 'pending'
  FROM turn LEFT JOIN last ON true, LATERAL (SELECT last.type IS NOT NULL AND turn.state <> 'parked' AS shown) AS has
  RETURNING id`;

/** By the clock that wrote the times. */
const AGES = `
  SELECT CASE WHEN state = 'waiting' THEN received_at ELSE updated_at END < now() - interval '1 day' AS overdue,
         CASE WHEN state = 'running' AND stop_requested_at IS NOT NULL
              THEN greatest(0, extract(epoch FROM stop_requested_at - now())::float8 + $2::float8) ELSE 0 END AS "graceSeconds"
  FROM agent_turns WHERE id = $1`;

const NOTE = `
  UPDATE agent_turns SET reason = $2, reference = coalesce($3, reference) WHERE id = $1 AND state <> 'closed'`;

/** What keeps runs alive and ends turns, across the tables of agents. */
@Injectable()
export class AgentUpkeepRepository {
  constructor(
    @InjectRepository(AgentRunEntity) private readonly runs: Repository<AgentRunEntity>,
    @InjectRepository(AgentTurnEntity) private readonly turns: Repository<AgentTurnEntity>,
    @InjectRepository(AgentActivityEntity) private readonly activities: Repository<AgentActivityEntity>,
    private readonly runRows: AgentRunsRepository,
  ) {}

  /** The connections that have runs whose heartbeat is due. */
  async connectionsDue(): Promise<string[]> {
    const rows = await this.runs.query<Pick<AgentRunEntity, 'connectionId'>[]>(DUE);
    return rows.map(({ connectionId }) => connectionId);
  }

  /** Takes runs of a connection whose heartbeat is due; each is due again after so many seconds. */
  async claimDue(connectionId: string, limit: number, againSeconds: number): Promise<DueRun[]> {
    const [rows] = await this.runs.query<[DueRun[], number]>(CLAIM, [limit, againSeconds, connectionId]);
    return rows;
  }

  /** The run's next heartbeat is due after so many seconds. */
  async postpone(runId: string, seconds: number): Promise<void> {
    await this.runs.query(POSTPONE, [runId, seconds]);
  }

  /** A run without an open turn has no heartbeat. */
  async endIfIdle(runId: string): Promise<void> {
    await this.runs.manager.transaction(async (transaction) => {
      await this.runRows.lock(transaction, runId); // who adds a turn has it too
      await transaction.query(END, [runId]);
    });
  }

  /** The open turns of a run with the run, in order. */
  async openOf(runId: string): Promise<AgentTurnEntity[]> {
    const where = { runId, state: Not('closed' as const) };
    return this.turns.find({ where, relations: { run: true }, order: { position: 'ASC' } });
  }

  /** @param stopGraceSeconds that a method that runs has after a stop */
  async agesOf(turnId: string, stopGraceSeconds = 0): Promise<TurnAges> {
    const [ages] = await this.turns.query<TurnAges[]>(AGES, [turnId, stopGraceSeconds]);
    return ages ?? { overdue: false, graceSeconds: 0 };
  }

  /** The turns of these calls whose stop was received, or which have ended without the call. */
  async overAmong(calls: readonly RunningCall[]): Promise<OverTurn[]> {
    return this.turns.query(OVER, [JSON.stringify(calls)]);
  }

  /** Writes a heartbeat of the turn down; `undefined` where the turn takes none. @param body shown where there is no progress */
  async addHeartbeat(turnId: string, body: string): Promise<AgentActivityEntity | undefined> {
    const id = uuid();
    const [row] = await this.activities.manager.transaction(async (transaction) => {
      await transaction.query(LOCK_TURN, [turnId]);
      return transaction.query<unknown[]>(HEARTBEAT, [id, turnId, JSON.stringify({ type: 'thought', body })]);
    });
    return row ? this.activities.findOneByOrFail({ id }) : undefined;
  }

  /** Why the turn is as it is, for operators. */
  async note(turnId: string, reason: string, reference?: string): Promise<void> {
    await this.turns.query(NOTE, [turnId, reason, reference ?? null]);
  }
}
