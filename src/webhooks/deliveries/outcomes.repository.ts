import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { postgresText } from '../../common/postgres-text.js';
import { type DeliveryOutcome } from './outcome.js';

const MAX_ATTEMPTS = 50;
const MAX_LINES = 200;

/** A row to merge into the delivery's outcome at the handler. */
export interface OutcomeRow {
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

const HAS_HANDLER = `SELECT EXISTS (SELECT FROM delivery_outcomes WHERE handler = $1) AS found`;

/** The table `delivery_outcomes`. */
@Injectable()
export class OutcomesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Merges the rows in the caller's transaction; no two of the same delivery and handler. */
  async merge(transaction: EntityManager, rows: readonly OutcomeRow[]): Promise<void> {
    await transaction.query(MERGE, [JSON.stringify(rows, storable)]);
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

  /** Whether the handler has an outcome of any delivery. */
  async hasHandler(handler: string): Promise<boolean> {
    const [row] = await this.dataSource.query<{ found: boolean }[]>(HAS_HANDLER, [handler]);
    return row?.found === true;
  }
}

function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? postgresText(value) : value;
}
