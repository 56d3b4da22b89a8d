import { Injectable } from '@nestjs/common';
import { type EntityManager, DataSource } from 'typeorm';
import { postgresText } from '../../common/postgres-text.js';
import { type DeliveryOutcome, type RunRecord } from './outcome.js';

const MAX_ATTEMPTS = 50;
const MAX_LINES = 200;

/** A row to merge into the delivery's outcome at the handler. */
interface OutcomeRow {
  readonly deliveryId: string;
  readonly handler: string;
  readonly state: string;
  readonly attempts: readonly object[];
  readonly log: readonly object[];
  readonly lastError: string | null;
  readonly foldedInto: string | null;
}

/** The last items of a JSON array, in order; most arrays are short and stay as they are. */
const lastOf = (array: string, count: number): string => `
  CASE WHEN jsonb_array_length(${array}) <= ${count} THEN ${array} ELSE (
    SELECT jsonb_agg(item ORDER BY position) FROM jsonb_array_elements(${array}) WITH ORDINALITY AS items (item, position)
    WHERE position > jsonb_array_length(${array}) - ${count}) END`;

/** In the order of the keys, so that two transactions with the same keys do not deadlock. */
const MERGE = `
  INSERT INTO delivery_outcomes AS known (delivery_id, handler, state, attempts, log, last_error, folded_into)
  SELECT "deliveryId", handler, state, attempts, log, "lastError", "foldedInto"
  FROM json_to_recordset($1::json) AS row (
    "deliveryId" uuid, handler text, state text, attempts jsonb, log jsonb, "lastError" text, "foldedInto" uuid)
  ORDER BY "deliveryId", handler
  ON CONFLICT (delivery_id, handler) DO UPDATE
  SET state = excluded.state,
      attempts = ${lastOf('(known.attempts || excluded.attempts)', MAX_ATTEMPTS)},
      log = ${lastOf('(known.log || excluded.log)', MAX_LINES)},
      last_error = coalesce(excluded.last_error, known.last_error),
      folded_into = excluded.folded_into, updated_at = now()`;

const OF_DELIVERY = `
  SELECT handler, state, attempts, log, last_error AS "lastError", folded_into AS "foldedInto",
         updated_at AS "updatedAt"
  FROM delivery_outcomes WHERE delivery_id = $1 ORDER BY handler`;

const FOLDED_INTO = `
  SELECT delivery_id AS id FROM delivery_outcomes
  WHERE handler = $1 AND folded_into = $2 ORDER BY delivery_id`;

/** The table `delivery_outcomes`: attempts, errors and log lines of deliveries, and which were coalesced. */
@Injectable()
export class OutcomesService {
  constructor(private readonly dataSource: DataSource) {}

  /** Adds the records of runs, in the caller's transaction. */
  async record(transaction: EntityManager, records: readonly RunRecord[]): Promise<void> {
    const rows = records.flatMap((record) => [rowOf(record), ...foldedRows(record)]);
    const byKey = Map.groupBy(rows, ({ deliveryId, handler }) => `${deliveryId} ${handler}`);
    await merge(transaction, [...byKey.values()].map(merged));
  }

  /** Records deliveries whose change the handler receives with another delivery, in the caller's transaction. */
  async recordFolded(
    transaction: EntityManager,
    folded: readonly { deliveryId: string; handler: string; into: string }[],
  ): Promise<void> {
    if (folded.length === 0) return;
    await merge(
      transaction,
      folded.map(({ deliveryId, handler, into }) => foldedRow(deliveryId, handler, into)),
    );
  }

  /** At each handler that has run on it. */
  async of(deliveryId: string): Promise<DeliveryOutcome[]> {
    return this.dataSource.query(OF_DELIVERY, [deliveryId]);
  }

  /** The deliveries that the handler received as one event with this one, oldest first. */
  async foldedInto(handler: string, deliveryId: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(FOLDED_INTO, [handler, deliveryId]);
    return rows.map(({ id }) => id);
  }
}

/** Merges the rows in the caller's transaction; no two of the same delivery and handler. */
async function merge(transaction: EntityManager, rows: readonly OutcomeRow[]): Promise<void> {
  await transaction.query(MERGE, [JSON.stringify(rows, storable)]);
}

function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? postgresText(value) : value;
}

const FAILURES = new Set(['failed', 'dead_lettered']);

function rowOf({ deliveryId, handler, attempt, log, into }: RunRecord): OutcomeRow {
  const { outcome, reason = null } = attempt;
  return {
    deliveryId,
    handler,
    state: into === undefined ? outcome : 'folded',
    attempts: [attempt],
    log,
    lastError: FAILURES.has(outcome) ? reason : null,
    foldedInto: into ?? null,
  };
}

function foldedRows({ deliveryId, handler, folded }: RunRecord): OutcomeRow[] {
  return folded.map((id) => foldedRow(id, handler, deliveryId));
}

function foldedRow(deliveryId: string, handler: string, foldedInto: string): OutcomeRow {
  return { deliveryId, handler, state: 'folded', attempts: [], log: [], lastError: null, foldedInto };
}

/** Merges runs on the same delivery, as after a replay, in the order in which they ended. */
function merged(rows: readonly OutcomeRow[]): OutcomeRow {
  return rows.reduce((first, second) => ({
    ...second,
    attempts: [...first.attempts, ...second.attempts],
    log: [...first.log, ...second.log],
    lastError: second.lastError ?? first.lastError,
  }));
}
