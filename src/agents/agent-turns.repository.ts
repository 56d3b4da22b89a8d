import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, IsNull, Not, Repository } from 'typeorm';
import { AgentMetricsService } from './agent-metrics.service.js';
import { AgentTurnEntity, type StoredPrompt, type TurnOutcome, type TurnState } from './agent-turn.entity.js';
import { AgentRunsRepository, type PlaceOfRuns, type RunOfPlane } from './agent-runs.repository.js';
import { type KnownTurn, type NewTurn, type PlannedStop, type Prompted } from './turn-plan.js';

/** The prompt of a turn; the job of the turn stays where no delivery is given. */
type PromptOfTurn = Pick<Prompted, 'id' | 'prompt'> & Partial<Prompted>;

const KNOWN = `
  SELECT turn.id, run_id AS "runId", prompt_id AS "promptId", state, outcome, prompt ->> 'text' AS text,
         position::float8, prompted_at AS "promptedAt", answer.type AS answer
  FROM agent_turns AS turn
  LEFT JOIN agent_activities AS answer ON answer.turn_id = turn.id AND answer.closes AND answer.status <> 'failed'
  WHERE run_id = ANY ($1) ORDER BY position`;

/** A turn whose stop came first is stopped as it is stored. */
const INSERT = `
  INSERT INTO agent_turns (id, run_id, prompt_id, prompt, position, prompted_at, delivery_id, handler, state, received_at,
                           stop_requested_at)
  SELECT turn.id, "runId", "promptId", prompt, position, "promptedAt", "deliveryId", $2, 'waiting', "receivedAt",
         CASE WHEN stopped OR CASE WHEN "promptedAt" <> stop_prompted_at
                                   THEN "promptedAt" < stop_prompted_at OR coalesce(untimed_stop_position, 0) > position
                                   ELSE stop_position > position END
              THEN now() END
  FROM json_to_recordset($1::json) AS turn (
    id uuid, "runId" uuid, "promptId" text, prompt jsonb, position bigint, "promptedAt" timestamptz, "deliveryId" uuid,
    "receivedAt" timestamptz, stopped boolean)
  JOIN agent_runs AS run ON run.id = turn."runId"
  ON CONFLICT DO NOTHING
  RETURNING id`;

/** The job of a turn is that of its prompt's delivery, unless its text was looked up before. */
const PROMPT = `
  UPDATE agent_turns SET prompt_id = $2, prompt = coalesce(prompt, $3::jsonb), prompted_at = $5, updated_at = now(),
    delivery_id = CASE WHEN prompt IS NULL THEN coalesce($4, delivery_id) ELSE delivery_id END
  WHERE id = $1 AND prompt_id IS NULL`;

/** Those who store an answer of a turn wait for this lock. */
const LOCK_OPEN = `SELECT FROM agent_turns WHERE run_id = $1 AND state <> 'closed' ORDER BY position FOR UPDATE`;

/** By Plane's times; where one is missing, or they are equal, by the order of receipt. */
const IS_STOPPED = `CASE WHEN prompted_at <> $3::timestamptz THEN prompted_at < $3::timestamptz ELSE position < $2 END`;

/**
 * A stop is answered once: a turn that was not started, behind another one that is stopped and has no answer yet, ends without
 * a word.
 */
const STOP = `
  UPDATE agent_turns AS turn
  SET stop_requested_at = coalesce(stop_requested_at, clock_timestamp()), updated_at = now(),
      state = CASE WHEN silent THEN 'closed' ELSE state END,
      outcome = CASE WHEN silent THEN 'stopped' ELSE outcome END,
      ended_at = CASE WHEN silent THEN now() END
  FROM (
    SELECT id, state = 'waiting' AND starts = 0 AND coalesce(bool_or(answer IS NULL) OVER (
             ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), false) AS silent
    FROM agent_turns AS turn LEFT JOIN LATERAL (
      SELECT true AS answer FROM agent_activities WHERE turn_id = turn.id AND closes AND status <> 'failed') AS has ON true
    WHERE run_id = $1 AND ${IS_STOPPED} AND state <> 'closed') AS open
  WHERE turn.id = open.id AND turn.state <> 'closed'
  RETURNING silent`;

/** A prompt that came after the stop is not ended by it, although a stopped turn has taken it: it is a turn again. */
const GIVE_BACK = `
  UPDATE agent_turns AS other
  SET state = 'waiting', outcome = NULL, merged_into = NULL, merged_start = NULL, ended_at = NULL, updated_at = now()
  FROM agent_turns AS turn
  WHERE turn.run_id = $1 AND turn.state <> 'closed' AND turn.stop_requested_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM agent_activities WHERE turn_id = turn.id AND closes AND status <> 'failed')
    AND other.id = ANY (ARRAY(SELECT id FROM agent_turns WHERE run_id = $1 AND outcome = 'merged' AND NOT ${IS_STOPPED}))
    AND other.merged_into = turn.id
  RETURNING other.delivery_id AS "deliveryId", other.handler`;

const STOPPED = `
  SELECT id FROM agent_turns WHERE run_id = $1 AND state <> 'closed' AND stop_requested_at IS NOT NULL ORDER BY position`;

const BEGIN = `
  UPDATE agent_turns
  SET state = 'running', starts = starts + 1, attempt = $2, started_at = coalesce(started_at, now()), updated_at = now()
  WHERE id = $1 AND state <> 'closed' RETURNING starts`;

const SET_STATE = `
  UPDATE agent_turns SET state = $3, reason = $4, updated_at = now()
  WHERE id = $1 AND starts = $2 AND state <> 'closed'`;

/** What was taken before is part of the state by now. */
const SAVE = `
  WITH turn AS (
    UPDATE agent_turns SET saved_state = $3, updated_at = now() WHERE id = $1 AND starts = $2 AND state <> 'closed'
    RETURNING id, run_id
  ), taken AS (
    UPDATE agent_turns AS other SET merged_start = NULL FROM turn
    WHERE other.run_id = turn.run_id AND other.merged_into = turn.id AND other.merged_start = $2)
  SELECT id FROM turn`;

/** Those that wait, and those that an earlier call took but did not save. */
const TAKE_PROMPTS = `
  UPDATE agent_turns AS other
  SET state = 'closed', outcome = 'merged', merged_into = turn.id, merged_start = turn.starts,
      ended_at = coalesce(other.ended_at, now()), updated_at = now()
  FROM agent_turns AS turn
  WHERE turn.id = $1 AND turn.starts = $2 AND turn.state = 'running' AND turn.stop_requested_at IS NULL
    AND other.run_id = turn.run_id
    AND ((other.state = 'waiting' AND other.starts = 0 AND other.position > turn.position AND other.prompt IS NOT NULL
          AND other.stop_requested_at IS NULL)
      OR (other.merged_into = turn.id AND other.merged_start < turn.starts))
  RETURNING other.prompt, other.position::float8, other.ended_at = now() AS closed`;

/** Whatever is posted last after a stop: the turn was stopped. */
const CLOSE = `
  UPDATE agent_turns
  SET state = 'closed', outcome = CASE WHEN stop_requested_at IS NULL THEN $2 ELSE 'stopped' END,
      reason = coalesce($3, reason), ended_at = now(), updated_at = now()
  WHERE id = $1 AND state <> 'closed' RETURNING outcome`;

const REOPEN = `
  UPDATE agent_turns
  SET state = 'waiting', outcome = NULL, reason = NULL, stop_requested_at = NULL, ended_at = NULL, updated_at = now()
  WHERE id = $1`;

/** A stop at the end stops the turns that there are, and those that were received before it but are not stored yet. */
const OPEN = `
  SELECT count(*) FILTER (WHERE state <> 'closed')::int AS count,
         greatest(max(position) + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)::float8 AS end
  FROM agent_turns WHERE run_id = $1`;

/** Before their turns, as everywhere. */
const LOCK_RUNS = `
  SELECT FROM agent_runs WHERE connection_id = $1 AND workspace_id = $2 AND ended_at IS NULL ORDER BY id FOR UPDATE`;

const CLOSE_ALL = `
  WITH ended AS (
    UPDATE agent_runs SET heartbeat_at = NULL, ended_at = now()
    WHERE connection_id = $1 AND workspace_id = $2 AND ended_at IS NULL)
  UPDATE agent_turns AS turn
  SET state = 'closed', outcome = 'failed', reason = $3, saved_state = NULL, ended_at = now(), updated_at = now()
  FROM agent_runs AS run
  WHERE run.id = turn.run_id AND run.connection_id = $1 AND run.workspace_id = $2 AND turn.state <> 'closed'`;

/** The table `agent_turns`. */
@Injectable()
export class AgentTurnsRepository {
  constructor(
    @InjectRepository(AgentTurnEntity) private readonly rows: Repository<AgentTurnEntity>,
    private readonly runs: AgentRunsRepository,
    private readonly metrics: AgentMetricsService,
  ) {}

  /** The turns of these runs, in order. */
  async ofRuns(transaction: EntityManager, runIds: readonly string[]): Promise<KnownTurn[]> {
    return transaction.query(KNOWN, [runIds]);
  }

  /** Inserts turns of the agent. Resolves with the ids of the new ones. */
  async insert(transaction: EntityManager, turns: readonly NewTurn[], handler: string): Promise<Set<string>> {
    const rows = await transaction.query<{ id: string }[]>(INSERT, [JSON.stringify(turns), handler]);
    return new Set(rows.map(({ id }) => id));
  }

  /** The prompt of a turn that only the run's creation had made; the text stays where it was known. */
  async setPrompt(
    transaction: EntityManager,
    { id, prompt, deliveryId, promptedAt = null }: PromptOfTurn,
  ): Promise<void> {
    await transaction.query(PROMPT, [id, prompt.id, JSON.stringify(prompt), deliveryId ?? null, promptedAt]);
  }

  /** The text of a turn without a prompt activity. Resolves with false where it has one by now. */
  async setText(transaction: EntityManager, id: string, prompt: StoredPrompt): Promise<boolean> {
    const { affected } = await transaction.update(AgentTurnEntity, { id, prompt: IsNull() }, { prompt });
    return affected === 1;
  }

  /**
   * Requests a stop of the run's turns before it. Resolves with those that are open again, to be run: a turn that is stopped
   * had taken their later prompts.
   */
  async stop(
    transaction: EntityManager,
    { runId, position, promptedAt }: Omit<PlannedStop, 'promptId'>,
  ): Promise<Pick<AgentTurnEntity, 'deliveryId' | 'handler'>[]> {
    await transaction.query(LOCK_OPEN, [runId]);
    const values = [runId, position, promptedAt];
    const [rows] = await transaction.query<[{ silent: boolean }[], number]>(STOP, values);
    this.metrics.closed('stopped', rows.filter(({ silent }) => silent).length);
    const [back] = await transaction.query<[Pick<AgentTurnEntity, 'deliveryId' | 'handler'>[], number]>(
      GIVE_BACK,
      values,
    );
    return back;
  }

  /** The ids of the run's open turns that are to be stopped, in order. */
  async stoppedOf(runId: string): Promise<string[]> {
    const rows = await this.rows.query<{ id: string }[]>(STOPPED, [runId]);
    return rows.map(({ id }) => id);
  }

  /** How many turns of a run are open, and a position after all of them. */
  async open(transaction: EntityManager, runId: string): Promise<{ readonly count: number; readonly end: number }> {
    const [row] = await transaction.query<{ count: number; end: number }[]>(OPEN, [runId]);
    return row ?? { count: 0, end: 0 };
  }

  /** The last turn of a run that was not merged into another, with its run. */
  async lastOf(transaction: EntityManager, runId: string): Promise<AgentTurnEntity | undefined> {
    const where = [
      { runId, outcome: IsNull() },
      { runId, outcome: Not<TurnOutcome>('merged') },
    ];
    const order = { position: 'DESC' } as const;
    return (await transaction.findOne(AgentTurnEntity, { where, order, relations: { run: true } })) ?? undefined;
  }

  /** With its run. */
  async find(id: string): Promise<AgentTurnEntity | undefined> {
    return (await this.rows.findOne({ where: { id }, relations: { run: true } })) ?? undefined;
  }

  /** The turn of a prompt activity, with its run. */
  async ofPrompt(run: RunOfPlane, promptId: string): Promise<AgentTurnEntity | undefined> {
    const { connectionId, workspaceId, runId } = run;
    const where = { promptId, run: { connectionId, workspaceId, runId } };
    return (await this.rows.findOne({ where, relations: { run: true } })) ?? undefined;
  }

  /** The turn that a webhook made, with its run. */
  async ofDelivery(deliveryId: string): Promise<AgentTurnEntity | undefined> {
    return (await this.rows.findOne({ where: { deliveryId }, relations: { run: true } })) ?? undefined;
  }

  /** Begins a call of the method. Resolves with its number, which its writes are checked by; `undefined` for a closed turn. */
  async begin(id: string, attempt: number): Promise<number | undefined> {
    const [[row]] = await this.rows.query<[{ starts: number }[], number]>(BEGIN, [id, attempt]);
    return row?.starts;
  }

  /** The call ended without closing the turn. */
  async end(id: string, start: number, state: Exclude<TurnState, 'closed' | 'running'>, reason: string): Promise<void> {
    await this.rows.query(SET_STATE, [id, start, state, reason]);
  }

  /** Resolves with false where another call runs, or the turn is closed. */
  async save(id: string, start: number, sealed: string): Promise<boolean> {
    return (await this.rows.query<unknown[]>(SAVE, [id, start, sealed])).length > 0;
  }

  /** Replaces the text of a saved state, unless it was changed since it was read. */
  async reseal(id: string, before: string, sealed: string): Promise<void> {
    await this.rows.update({ id, savedState: before }, { savedState: sealed });
  }

  /** Closes the later turns of the run that wait, in favour of this one. Resolves with their prompts, in order. */
  async takePrompts({ id, runId }: Pick<AgentTurnEntity, 'id' | 'runId'>, start: number): Promise<StoredPrompt[]> {
    type Taken = { readonly prompt: StoredPrompt; readonly position: number; readonly closed: boolean };
    const [rows] = await this.rows.manager.transaction(async (transaction) => {
      await this.runs.lock(transaction, runId); // as those who add and stop turns do
      return transaction.query<[Taken[], number]>(TAKE_PROMPTS, [id, start]);
    });
    this.metrics.closed('merged', rows.filter(({ closed }) => closed).length);
    return rows.toSorted((a, b) => a.position - b.position).map(({ prompt }) => prompt);
  }

  /** Resolves with false where it was closed. */
  async close(transaction: EntityManager, id: string, outcome: TurnOutcome, reason?: string): Promise<boolean> {
    const values = [id, outcome, reason ?? null];
    const [[row]] = await transaction.query<[{ outcome: TurnOutcome }[], number]>(CLOSE, values);
    if (row) this.metrics.closed(row.outcome);
    return row !== undefined;
  }

  /** The closed turns of these deliveries, in order. */
  async closedOf(
    transaction: EntityManager,
    handler: string,
    deliveryIds: readonly string[],
  ): Promise<AgentTurnEntity[]> {
    const where = { handler, deliveryId: In([...deliveryIds]), state: 'closed' } as const;
    return transaction.find(AgentTurnEntity, { where, order: { position: 'ASC' } });
  }

  /** Opens a closed turn again, to be run once more. */
  async reopen(transaction: EntityManager, id: string): Promise<void> {
    await transaction.query(REOPEN, [id]);
  }

  /** Closes every open turn of an installation as failed, and deletes their states. */
  async closeAll(transaction: EntityManager, of: PlaceOfRuns, reason: string): Promise<void> {
    const place = [of.connectionId, of.workspaceId];
    await transaction.query(LOCK_RUNS, place);
    const [, count] = await transaction.query<[unknown[], number]>(CLOSE_ALL, [...place, reason]);
    this.metrics.closed('failed', count);
  }

  /** Finds turns with a saved state. */
  static readonly withState = { savedState: Not(IsNull()) };
}
