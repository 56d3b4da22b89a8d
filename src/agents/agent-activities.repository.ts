import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { postgresText } from '../common/postgres-text.js';
import { AgentActivityEntity } from './agent-activity.entity.js';

/** An activity that is about to be posted. */
export type NewActivity = Pick<AgentActivityEntity, 'type' | 'content' | 'closes'> &
  Partial<Pick<AgentActivityEntity, 'signal' | 'signalMetadata'>>;

/** The number of a turn's acknowledgement. */
export const ACKNOWLEDGEMENT = 0;

const COLUMNS = '(id, turn_id, number, key, type, content, signal, signal_metadata, closes, start, status)';

/** The turn counts its activities, in one statement with the check that the call may still write; after a stop, a last word. */
const ADD = `
  WITH turn AS (
    UPDATE agent_turns SET activities = activities + 1
    WHERE id = $2 AND ($3::int IS NULL OR starts = $3) AND state <> 'closed' AND ($8 OR stop_requested_at IS NULL)
    RETURNING id, activities AS number)
  INSERT INTO agent_activities ${COLUMNS}
  SELECT $1, turn.id, turn.number, turn.id || '/' || turn.number, $4, $5::json, $6, $7::json, $8, $3, 'pending' FROM turn
  ON CONFLICT DO NOTHING
  RETURNING number`;

const ADD_ACKNOWLEDGEMENT = `
  INSERT INTO agent_activities ${COLUMNS}
  SELECT $1, id, ${ACKNOWLEDGEMENT}, id || '/${ACKNOWLEDGEMENT}', 'thought', $3::json, NULL, NULL, false, NULL, $4
  FROM (SELECT id FROM agent_turns WHERE id = $2 AND state <> 'closed' AND ($4 = 'dropped' OR stop_requested_at IS NULL)
        FOR SHARE) AS turn
  ON CONFLICT DO NOTHING
  RETURNING id`;

/**
 * The sender keeps it for as long as a request may take: two must not send it at once. A turn that has ended, as one whose
 * prompt another turn took, shows nothing more.
 */
const CLAIM = `
  UPDATE agent_activities AS activity
  SET claimed_by = $2, claimed_at = now(),
      status = CASE WHEN closes OR turn.state <> 'closed' THEN 'pending' ELSE 'dropped' END,
      error = CASE WHEN closes OR turn.state <> 'closed' THEN error ELSE 'the turn has ended' END
  FROM agent_turns AS turn
  WHERE activity.id = $1 AND turn.id = activity.turn_id AND status = 'pending'
    AND (claimed_by IS NULL OR claimed_by = $2 OR claimed_at < now() - make_interval(secs => $3))
  RETURNING status`;

const KEEP_CLAIM = `UPDATE agent_activities SET claimed_at = now() WHERE id = $1 AND claimed_by = $2 AND status = 'pending'`;

/** What of the turn, and of those of its run that have ended, could arrive after what ends the turn. */
const UNDER_WAY = `
  turn_id IN (SELECT other.id FROM agent_turns AS turn JOIN agent_turns AS other ON other.run_id = turn.run_id
              WHERE turn.id = $1 AND (other.id = turn.id OR other.state = 'closed'))
  AND NOT closes AND status = 'pending'`;

/** Until none of them can. Of an ended turn, what is not being sent is not sent at all. */
const DROP_STRANDED = `
  UPDATE agent_activities SET status = 'dropped', error = 'the turn has ended'
  WHERE ${UNDER_WAY}
    AND CASE WHEN turn_id = $1 THEN coalesce(claimed_at, created_at) < now() - make_interval(secs => $2)
             ELSE coalesce(claimed_at < now() - make_interval(secs => $2), true) END`;

const IS_UNDER_WAY = `SELECT EXISTS (SELECT FROM agent_activities WHERE ${UNDER_WAY}) AS found`;

const SET_STATUS = `
  UPDATE agent_activities SET status = $2, error = $3 WHERE id = $1 AND status = 'pending'`;

const SENT = `
  UPDATE agent_activities SET status = 'sent', plane_id = $2, error = NULL, sent_at = now()
  WHERE id = $1 AND status <> 'sent' RETURNING id`;

/** One that is not posted by now is not posted any more: the method runs again. */
const REOPEN = `
  UPDATE agent_activities SET closes = false, status = CASE status WHEN 'pending' THEN 'dropped' ELSE status END
  WHERE turn_id = $1 AND closes AND status IN ('pending', 'sent')`;

const ACKNOWLEDGED = `UPDATE agent_turns SET acknowledged_at = coalesce(acknowledged_at, now()) WHERE id = $1`;

/** The table `agent_activities`: what Hangar posts to runs. */
@Injectable()
export class AgentActivitiesRepository {
  constructor(@InjectRepository(AgentActivityEntity) private readonly rows: Repository<AgentActivityEntity>) {}

  /**
   * Writes an activity down before it is posted. `undefined` where the turn takes none: it is closed, has a closing
   * activity already, or another call of the method runs.
   *
   * @param start the call that posts it; `undefined` for one of Hangar's own
   */
  async add(
    turnId: string,
    start: number | undefined,
    activity: NewActivity,
  ): Promise<AgentActivityEntity | undefined> {
    const { type, content, closes, signal = null, signalMetadata = null } = activity;
    const id = uuid();
    const metadata = signalMetadata && jsonOf(signalMetadata);
    const values = [id, turnId, start ?? null, type, jsonOf(content), signal, metadata, closes];
    const [row] = await this.rows.query<unknown[]>(ADD, values);
    return row ? this.rows.findOneByOrFail({ id }) : undefined;
  }

  /** The same for the acknowledgement; `undefined` too where there is one. @param status `dropped`: there is to be none */
  async addAcknowledgement(
    turnId: string,
    body: string,
    status: 'pending' | 'dropped',
  ): Promise<AgentActivityEntity | undefined> {
    const id = uuid();
    const content = jsonOf({ type: 'thought', body });
    const [row] = await this.rows.query<unknown[]>(ADD_ACKNOWLEDGEMENT, [id, turnId, content, status]);
    return row ? this.rows.findOneByOrFail({ id }) : undefined;
  }

  async acknowledgementOf(turnId: string): Promise<AgentActivityEntity | undefined> {
    return (await this.rows.findOneBy({ turnId, number: ACKNOWLEDGEMENT })) ?? undefined;
  }

  /** The one that ends the turn, unless Plane rejected it. */
  async closingOf(turnId: string): Promise<AgentActivityEntity | undefined> {
    const found = await this.rows.findBy({ turnId, closes: true });
    return found.find(({ status }) => status !== 'failed');
  }

  /** Those of a turn, in order. */
  async ofTurn(turnId: string): Promise<AgentActivityEntity[]> {
    return this.rows.find({ where: { turnId }, order: { number: 'ASC' } });
  }

  /** Drops the pending ones that do not end the turn, of a call that has ended; the acknowledgement has a job of its own. */
  async dropProgress(turnId: string): Promise<void> {
    const dropped = `UPDATE agent_activities SET status = 'dropped'
      WHERE turn_id = $1 AND status = 'pending' AND NOT closes AND number <> ${ACKNOWLEDGEMENT}`;
    await this.rows.query(dropped, [turnId]);
  }

  /**
   * Takes the activity, to send it, for so many seconds. Resolves with false where another process does, or it is pending no
   * longer; it is dropped where it is progress of a turn that has ended.
   *
   * @param by the sender, who may take it again
   */
  async claim(id: string, by: string, seconds: number): Promise<boolean> {
    const [[row]] = await this.rows.query<[{ status: string }[], number]>(CLAIM, [id, by, seconds]);
    return row?.status === 'pending';
  }

  /** The sender keeps the activity that it has taken. */
  async keepClaim(id: string, by: string): Promise<void> {
    await this.rows.query(KEEP_CLAIM, [id, by]);
  }

  async statusOf(id: string): Promise<AgentActivityEntity['status'] | undefined> {
    return (await this.rows.findOneBy({ id }))?.status;
  }

  /**
   * Whether progress of the turn, or of those of its run that have ended, may arrive at Plane from now on; what was not posted
   * in so many seconds is dropped.
   */
  async hasProgressUnderWay(turnId: string, seconds: number): Promise<boolean> {
    await this.rows.query(DROP_STRANDED, [turnId, seconds]);
    const [row] = await this.rows.query<{ found: boolean }[]>(IS_UNDER_WAY, [turnId]);
    return row?.found === true;
  }

  /** Ends a pending one that was not posted. */
  async settle(id: string, status: 'dropped' | 'failed', error: string): Promise<void> {
    await this.rows.query(SET_STATUS, [id, status, error]);
  }

  /** The turn is to be run again: what had ended it does so no longer. */
  async reopen(transaction: EntityManager, turnId: string): Promise<void> {
    await transaction.query(REOPEN, [turnId]);
  }

  /** Plane has it. */
  async sent(transaction: EntityManager, { id, turnId, number }: AgentActivityEntity, planeId: string): Promise<void> {
    await transaction.query(SENT, [id, planeId]);
    if (number === ACKNOWLEDGEMENT) await transaction.query(ACKNOWLEDGED, [turnId]);
  }
}

/** JSON that PostgreSQL can store. */
function jsonOf(value: object): string {
  return JSON.stringify(value, (_key, field: unknown) => (typeof field === 'string' ? postgresText(field) : field));
}
