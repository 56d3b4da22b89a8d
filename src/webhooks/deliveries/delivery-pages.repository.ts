import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SqlParameters } from '../../common/sql-parameters.js';
import { allDeliveries, conditionsOf } from './delivery-conditions.js';
import { type DeliveryFilter, type DeliveryOutcomeSummary, type ListedDelivery } from './delivery-filter.js';
import { type DeliveryCondition, inRange, type PageScan } from './page-scan.js';
import { prefixShare, wordMatches } from './text-conditions.js';

/** How far one condition's deliveries are gone through before all of the conditions are joined. */
const WINDOW = 2000;
/** The same for words alone: as many as find a page of a word that is in one of a hundred. */
const WORDS_WINDOW = 6000;
/** Share of deliveries from which on a word's index is not worth reading. */
const FREQUENT = 0.05;

/** All but the bytes and headers, which are large. */
const LISTED = `
  delivery.id, event_name AS "eventName", source, workspace_id AS "workspaceId", entity_id AS "entityId",
  work_item_id AS "workItemId", received_at AS "receivedAt"`;

const OUTCOMES = `
  SELECT delivery_id AS id, handler, state, last_error AS "lastError"
  FROM delivery_outcomes WHERE delivery_id = ANY ($1) ORDER BY handler`;

type Statement = (parameters: SqlParameters) => string;

/**
 * Lists deliveries by filters. Each condition alone leads along an index. Of several, the one that lets the fewest
 * through is gone through, and the others are looked at row by row; where that comes to no end soon, all that meet all
 * conditions are joined first and put in order then. PostgreSQL does not find this out by itself: with a `LIMIT` it
 * likes to go through the newest of all, however rare what is looked for.
 */
@Injectable()
export class DeliveryPagesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Those that the filter lets through in the range; its own times are not looked at. */
  async list(filter: DeliveryFilter, walk: PageScan): Promise<ListedDelivery[]> {
    const conditions = conditionsOf(filter);
    const walks = conditions.filter((condition) => condition.walk !== undefined);
    if (conditions.length === walks.length && walks.length <= 1)
      return this.goThrough(walks[0], [], walk, walk.limit);
    const sizes = await this.sizes(walks, walk);
    const size = Math.min(WINDOW, ...sizes);
    const fewest = walks[sizes.indexOf(size)];
    const others = conditions.filter((condition) => condition !== fewest);
    const found = await this.goThrough(fewest, others, walk, fewest ? WINDOW : WORDS_WINDOW);
    if (found.length === walk.limit || (fewest && size < WINDOW)) return found;
    return this.join(filter, conditions, walk);
  }

  /** What became of these, by id. */
  async outcomes(ids: readonly string[]): Promise<Map<string, DeliveryOutcomeSummary[]>> {
    const rows = await this.dataSource.query<(DeliveryOutcomeSummary & { id: string })[]>(OUTCOMES, [ids]);
    return new Map(
      [...Map.groupBy(rows, ({ id }) => id)].map(([id, of]) => [
        id,
        of.map(({ handler, state, lastError }) => ({ handler, state, lastError })),
      ]),
    );
  }

  /** How many each lets through, up to the window. */
  private async sizes(conditions: readonly DeliveryCondition[], walk: PageScan): Promise<number[]> {
    if (conditions.length === 0) return [];
    const [row] = await this.run<{ sizes: number[] }>((parameters) => {
      const counts = conditions.map(
        (each) =>
          `(SELECT count(*)::int FROM (${each.walk?.({ ...walk, limit: WINDOW }, parameters)}) AS counted)`,
      );
      return `SELECT ARRAY[${counts.join(', ')}] AS sizes`;
    });
    return row?.sizes ?? [];
  }

  private async goThrough(
    first: DeliveryCondition | undefined,
    others: readonly DeliveryCondition[],
    walk: PageScan,
    window: PageScan['limit'],
  ): Promise<ListedDelivery[]> {
    const { direction, limit } = walk;
    return this.run((parameters) => {
      const ids = (first?.walk ?? allDeliveries)({ ...walk, limit: window }, parameters);
      return `
        WITH chosen AS MATERIALIZED (${ids})
        SELECT ${LISTED} FROM chosen JOIN deliveries AS delivery USING (id)
        WHERE ${allHold(others, parameters)} ORDER BY delivery.id ${direction} LIMIT ${limit}`;
    });
  }

  private async join(
    filter: DeliveryFilter,
    conditions: readonly DeliveryCondition[],
    walk: PageScan,
  ): Promise<ListedDelivery[]> {
    const { range, direction, limit } = walk;
    const others = conditions.filter((condition) => condition.walk !== undefined);
    const { text = '' } = filter;
    const prefixLast = others.length < conditions.length && (await this.prefixIsFrequent(text));
    return this.run((parameters) => {
      const words = others.length < conditions.length && wordMatches(text, range, prefixLast, parameters);
      const ids = words
        ? `SELECT found.id FROM (${words}) AS found ${others.length > 0 ? 'JOIN deliveries AS delivery USING (id)' : ''}
           WHERE ${allHoldInJoin(others, walk, parameters)}`
        : `SELECT delivery.id FROM deliveries AS delivery
           WHERE ${inRange('delivery.id', range, parameters)} AND ${allHoldInJoin(others, walk, parameters)}`;
      return `
        WITH hits AS MATERIALIZED (${ids}),
        chosen AS MATERIALIZED (SELECT id FROM hits ORDER BY id ${direction} LIMIT ${limit})
        SELECT ${LISTED} FROM chosen JOIN deliveries AS delivery USING (id) ORDER BY delivery.id ${direction}`;
    });
  }

  private async prefixIsFrequent(text: string): Promise<boolean> {
    const parameters = new SqlParameters();
    const statement = prefixShare(text, parameters);
    if (statement === undefined) return false;
    const [row] = await this.dataSource.query<{ share: number }[]>(statement, parameters.values);
    return (row?.share ?? 0) > FREQUENT;
  }

  private async run<Row>(statement: Statement): Promise<Row[]> {
    const parameters = new SqlParameters();
    return this.dataSource.query(statement(parameters), parameters.values);
  }
}

function allHold(conditions: readonly DeliveryCondition[], parameters: SqlParameters): string {
  return ['true', ...conditions.map((condition) => condition.holds(parameters))].join(' AND ');
}

function allHoldInJoin(
  conditions: readonly DeliveryCondition[],
  walk: PageScan,
  parameters: SqlParameters,
): string {
  const each = conditions.map(
    (condition) => condition.holdsInJoin?.(walk, parameters) ?? condition.holds(parameters),
  );
  return ['true', ...each].join(' AND ');
}
