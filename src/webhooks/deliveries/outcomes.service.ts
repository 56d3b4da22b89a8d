import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type DeliveryOutcome, type RunRecord } from './outcome.js';
import { type OutcomeRow, OutcomesRepository } from './outcomes.repository.js';

/** Stores the outcomes of deliveries: attempts, errors, log lines, and which were coalesced. */
@Injectable()
export class OutcomesService {
  constructor(private readonly outcomes: OutcomesRepository) {}

  /** Adds the records of runs, in the caller's transaction. */
  async record(transaction: EntityManager, records: readonly RunRecord[]): Promise<void> {
    const rows = records.flatMap((record) => [rowOf(record), ...foldedRows(record)]);
    const byKey = Map.groupBy(rows, ({ deliveryId, handler }) => `${deliveryId} ${handler}`);
    await this.outcomes.merge(transaction, [...byKey.values()].map(merged));
  }

  /** Records deliveries whose change the handler receives with another delivery, in the caller's transaction. */
  async recordFolded(
    transaction: EntityManager,
    folded: readonly { deliveryId: string; handler: string; into: string }[],
  ): Promise<void> {
    if (folded.length === 0) return;
    const rows = folded.map(({ deliveryId, handler, into }) => foldedRow(deliveryId, handler, into));
    await this.outcomes.merge(transaction, rows);
  }

  /** At each handler that has run on it. */
  async of(deliveryId: string): Promise<DeliveryOutcome[]> {
    return this.outcomes.of(deliveryId);
  }

  /** The deliveries that the handler received as one event with this one, oldest first. */
  async foldedInto(handler: string, deliveryId: string): Promise<string[]> {
    return this.outcomes.foldedInto(handler, deliveryId);
  }
}

const FAILURES = new Set(['failed', 'dead_lettered']);

function rowOf({ deliveryId, handler, attempt, log }: RunRecord): OutcomeRow {
  const { outcome, reason = null } = attempt;
  return {
    deliveryId,
    handler,
    state: outcome,
    attempts: [attempt],
    log,
    lastError: FAILURES.has(outcome) ? reason : null,
    foldedInto: null,
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
