import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { type ActivityContent, AgentActivityEntity } from './agent-activity.entity.js';
import {
  type AgentRunFilter,
  type AgentRunPage,
  type AgentRunSummary,
  type RunState,
  type TimelineActivity,
} from './agent-run-pages.js';
import { AgentTurnEntity } from './agent-turn.entity.js';

const MAX_TURNS = 50;

/** Of the open turns of a run; NULL where all are closed. */
const OPEN_STATE = `
  CASE WHEN bool_or(state = 'running') THEN 'running' WHEN bool_or(state = 'parked') THEN 'parked'
       WHEN bool_or(state = 'waiting') THEN 'waiting' END`;

/** A run without a turn is one of which only the stop was received. */
const SUMMARIES = `
  SELECT run.id, run.run_id AS "runId", run.connection_id AS "connectionId", run.workspace_id AS "workspaceId",
         run.work_item_id AS "workItemId", run.project_id AS "projectId", run.creator_id AS "creatorId", run.status, turns.state, turns.handler,
         turns.count AS "turnCount", turns.stopping, run.last_activity_at AS "lastActivityAt",
         run.created_at AS "createdAt", run.ended_at AS "endedAt"
  FROM agent_runs AS run CROSS JOIN LATERAL (
    SELECT count(*)::int AS count, (array_agg(handler ORDER BY position DESC))[1] AS handler,
           coalesce(bool_or(state <> 'closed' AND stop_requested_at IS NOT NULL), false) AS stopping,
           coalesce(${OPEN_STATE}, (array_agg(outcome ORDER BY position DESC) FILTER (WHERE outcome <> 'merged'))[1],
                    'stopped') AS state
    FROM agent_turns WHERE run_id = run.id) AS turns`;

/** In the order of the values: each adds its condition where it is given, so that each selection has a plan of its own. */
const CONDITIONS = {
  before: (value) => `run.id < ${value}::uuid`,
  connectionId: (value) => `run.connection_id = ${value}`,
  workspaceId: (value) => `run.workspace_id = ${value}`,
  state: (value) => `turns.state = ${value}`,
  /** Not by a list of all runs of the agent: nearly all are. */
  handler: (value) => `EXISTS (SELECT FROM agent_turns WHERE run_id = run.id AND handler = ${value} OFFSET 0)`,
  search: (value) => `run.id = ANY (ARRAY(
    SELECT id FROM agent_runs WHERE run_id = ${value}
    UNION SELECT id FROM agent_runs WHERE work_item_id = ${value}
    UNION SELECT run_id FROM agent_turns WHERE prompt_id = ${value}
    UNION SELECT run_id FROM agent_turns WHERE reference = ${value}))`,
  /** Of the run itself, or of a delivery. */
  id: (value) => `run.id = ANY (ARRAY(
    SELECT ${value}::uuid UNION SELECT run_id FROM agent_turns WHERE delivery_id = ${value}::uuid))`,
} satisfies Record<string, (value: string) => string>;

/** Runs with such a turn are few, and found by an index. */
const RARE: Partial<Record<RunState, string>> = {
  waiting: `state <> 'closed'`,
  running: `state <> 'closed'`,
  parked: `state <> 'closed'`,
  awaiting: `outcome = 'awaiting'`,
  failed: `outcome = 'failed'`,
};

const ONE = `${SUMMARIES} WHERE run.id = $1`;

const OPEN_RUNS = `
  SELECT state, count(*)::int AS count
  FROM (SELECT ${OPEN_STATE} AS state FROM agent_turns WHERE state <> 'closed' GROUP BY run_id) AS run GROUP BY state`;

/** A user's message is an activity too. */
const SILENT = `
  SELECT coalesce(extract(epoch FROM now() - min(greatest(run.last_activity_at, open.received_at))), 0)::float8 AS seconds
  FROM (SELECT run_id, max(received_at) AS received_at FROM agent_turns WHERE state <> 'closed' GROUP BY run_id) AS open
  JOIN agent_runs AS run ON run.id = open.run_id`;

/** None is due where it was dropped because the answer was there first, or after a stop. */
const UNACKNOWLEDGED = `
  SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8 AS seconds FROM agent_turns AS turn
  WHERE state <> 'closed' AND acknowledged_at IS NULL AND stop_requested_at IS NULL AND NOT EXISTS (
    SELECT FROM agent_activities WHERE turn_id = turn.id AND number = 0 AND status <> 'pending')`;

/** An activity with its turn. */
export type ActivityOfTurn = TimelineActivity & Pick<AgentActivityEntity, 'turnId'>;

/** Reads the tables of agents for operators. */
@Injectable()
export class AgentRunPagesRepository {
  constructor(
    @InjectRepository(AgentTurnEntity) private readonly turns: Repository<AgentTurnEntity>,
    @InjectRepository(AgentActivityEntity) private readonly activities: Repository<AgentActivityEntity>,
  ) {}

  /** Newest first, from the one after `before`. */
  async page(
    { state, connectionId, workspaceId, handler, search }: AgentRunFilter,
    { limit, before }: { readonly limit: number; readonly before?: string },
  ): Promise<AgentRunPage> {
    const selection = { before, connectionId, workspaceId, state, handler };
    const values: unknown[] = [limit + 1];
    const given = (name: keyof typeof CONDITIONS, value: string): string => CONDITIONS[name](`$${values.push(value)}`);
    const conditions = Object.entries(selection).flatMap(([name, value]) =>
      value === undefined ? [] : [given(name as keyof typeof selection, value)],
    );
    const rare = state && RARE[state];
    if (rare !== undefined) conditions.push(`run.id IN (SELECT run_id FROM agent_turns WHERE ${rare})`);
    if (search !== undefined)
      conditions.push(
        isUuid(search) ? `(${given('id', search)} OR ${given('search', search)})` : given('search', search),
      );
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const page = `${SUMMARIES} ${where} ORDER BY run.id DESC LIMIT $1`;
    const rows = await this.turns.query<AgentRunSummary[]>(page, values);
    const runs = rows.slice(0, limit);
    const last = rows[limit - 1];
    return { runs, ...(rows.length > limit && last && { next: last.id }) };
  }

  async find(id: string): Promise<AgentRunSummary | undefined> {
    const [run] = await this.turns.query<AgentRunSummary[]>(ONE, [id]);
    return run;
  }

  /** The last turns of a run, oldest first. */
  async turnsOf(runId: string): Promise<AgentTurnEntity[]> {
    const newest = await this.turns.find({ where: { runId }, order: { position: 'DESC' }, take: MAX_TURNS });
    return newest.toReversed();
  }

  /** The activities of these turns, in order. */
  async activitiesOf(turnIds: readonly string[]): Promise<ActivityOfTurn[]> {
    const rows = await this.activities.find({ where: { turnId: In(turnIds) }, order: { number: 'ASC' } });
    return rows.map(({ turnId, number, type, status, closes, content, error, createdAt, sentAt }) => {
      return { turnId, number, type, status, closes, text: textOf(content), error, createdAt, sentAt };
    });
  }

  /** How many runs have an open turn, by state. */
  async openRuns(): Promise<{ readonly state: string; readonly count: number }[]> {
    return this.turns.query(OPEN_RUNS);
  }

  /** Since the last activity of the run with an open turn that has had none for longest; 0 where there is none. */
  async oldestSilentSeconds(): Promise<number> {
    return this.seconds(SILENT);
  }

  /** Since the receipt of the oldest open turn whose acknowledgement is not posted; 0 where there is none. */
  async oldestUnacknowledgedSeconds(): Promise<number> {
    return this.seconds(UNACKNOWLEDGED);
  }

  private async seconds(sql: string): Promise<number> {
    const [row] = await this.turns.query<{ seconds: number }[]>(sql);
    return Math.max(0, row?.seconds ?? 0);
  }
}

function textOf(content: ActivityContent): string {
  if (content.type !== 'action') return content.body;
  const parameters = Object.entries(content.parameters).map(([name, value]) => `${name}: ${value}`);
  return [content.action, ...parameters].join('\n');
}
