import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type DeliveryOutcome } from './outcome.js';

const MAX_ATTEMPTS = 50;
const MAX_LINES = 200;

/** A row to be merged into what is known of the delivery at the handler. */
export interface OutcomeRow {
  readonly deliveryId: string;
  readonly handler: string;
  readonly state: string;
  readonly attempts: readonly object[];
  readonly log: readonly object[];
  readonly lastError: string | null;
  readonly foldedInto: string | null;
}

/** The newest of a JSON array, in order; most have a few and are left alone. */
const lastOf = (array: string, count: number): string => `
  CASE WHEN jsonb_array_length(${array}) <= ${count} THEN ${array} ELSE (
    SELECT jsonb_agg(item ORDER BY place) FROM jsonb_array_elements(${array}) WITH ORDINALITY AS items (item, place)
    WHERE place > jsonb_array_length(${array}) - ${count}) END`;

/** In the order of the keys, so that two transactions with the same ones do not deadlock. */
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

/** The table of what became of deliveries at handlers. */
@Injectable()
export class OutcomesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Adds to what is known, in the caller's transaction. The rows are of different deliveries or handlers. */
  async merge(transaction: EntityManager, rows: readonly OutcomeRow[]): Promise<void> {
    await transaction.query(MERGE, [JSON.stringify(rows, storable)]);
  }

  /** At each handler that has taken it up. */
  async of(deliveryId: string): Promise<DeliveryOutcome[]> {
    return this.dataSource.query(OF_DELIVERY, [deliveryId]);
  }

  /** The deliveries that went to the handler with this one, oldest first. */
  async foldedInto(handler: string, deliveryId: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(FOLDED_INTO, [handler, deliveryId]);
    return rows.map(({ id }) => id);
  }
}

/** PostgreSQL's JSON holds no NUL and no half surrogate; a handler's texts may. */
function storable(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0'))) return value;
  return value.replaceAll('\0', '').toWellFormed();
}
