import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SqlParameters } from '../../common/sql-parameters.js';
import { PgBossSql } from '../../queue/pgboss.sql.js';
import { allDeliveries, conditionsOf } from './delivery-conditions.js';
import { type DeliveryFilter, type DeliveryOutcomeSummary, type ListedDelivery, UNLISTED } from './delivery-filter.js';
import { DeliveryEntity } from './delivery.entity.js';
import { type DeliveryCondition, inRange, type PageScan } from './page-scan.js';
import { prefixShare, wordMatches } from './text-conditions.js';

/** How many deliveries of one condition are scanned before all conditions are joined. */
const WINDOW = 2000;
/** The same for words alone: enough for a page of a word that one delivery in a hundred has. */
const WORDS_WINDOW = 6000;
/** Above this share of deliveries, the index of a word is not worth reading. */
const FREQUENT = 0.05;

const OUTCOMES = `
  SELECT delivery_id AS id, handler, state, last_error AS "lastError"
  FROM delivery_outcomes WHERE delivery_id = ANY ($1) ORDER BY handler`;

type Statement = (parameters: SqlParameters) => string;

/**
 * Lists deliveries by filters. A single condition is scanned along its index. Of several, the most selective one is scanned
 * and the others are checked row by row; where that does not fill the page soon, all conditions are joined and the result
 * is sorted. PostgreSQL does not choose this plan: with a `LIMIT` it scans the newest deliveries, however rare a match is.
 */
@Injectable()
export class DeliveryPagesRepository {
  /** The columns of {@link ListedDelivery}. */
  private readonly listed: string;

  constructor(
    private readonly dataSource: DataSource,
    private readonly sql: PgBossSql,
  ) {
    const { columns } = dataSource.getMetadata(DeliveryEntity);
    this.listed = columns
      .filter(({ propertyName }) => !UNLISTED.some((name) => name === propertyName))
      .map(({ databaseName, propertyName }) => `delivery.${databaseName} AS "${propertyName}"`)
      .join(', ');
  }

  /** Those that match the filter in the range of the scan; the filter's times are not applied. */
  async list(filter: DeliveryFilter, scan: PageScan): Promise<ListedDelivery[]> {
    const conditions = conditionsOf(filter, this.sql);
    const indexed = conditions.filter((condition) => condition.scan !== undefined);
    if (conditions.length === indexed.length && indexed.length <= 1) return this.scan(indexed[0], [], scan, scan.limit);
    const sizes = await this.sizes(indexed, scan);
    const size = Math.min(WINDOW, ...sizes);
    const narrowest = indexed[sizes.indexOf(size)];
    const others = conditions.filter((condition) => condition !== narrowest);
    const found = await this.scan(narrowest, others, scan, narrowest ? WINDOW : WORDS_WINDOW);
    if (found.length === scan.limit || (narrowest && size < WINDOW)) return found;
    return this.join(filter, conditions, scan);
  }

  /** The outcomes of these, by id. */
  async outcomes(ids: readonly string[]): Promise<Map<string, DeliveryOutcomeSummary[]>> {
    const rows = await this.dataSource.query<(DeliveryOutcomeSummary & { id: string })[]>(OUTCOMES, [ids]);
    return new Map(
      [...Map.groupBy(rows, ({ id }) => id)].map(([id, of]) => [
        id,
        of.map(({ handler, state, lastError }) => ({ handler, state, lastError })),
      ]),
    );
  }

  /** How many match each condition, up to the window. */
  private async sizes(conditions: readonly DeliveryCondition[], scan: PageScan): Promise<number[]> {
    if (conditions.length === 0) return [];
    const [row] = await this.run<{ sizes: number[] }>((parameters) => {
      const counts = conditions.map(
        (each) => `(SELECT count(*)::int FROM (${each.scan?.({ ...scan, limit: WINDOW }, parameters)}) AS counted)`,
      );
      return `SELECT ARRAY[${counts.join(', ')}] AS sizes`;
    });
    return row?.sizes ?? [];
  }

  private async scan(
    first: DeliveryCondition | undefined,
    others: readonly DeliveryCondition[],
    scan: PageScan,
    window: PageScan['limit'],
  ): Promise<ListedDelivery[]> {
    const { direction, limit } = scan;
    return this.run((parameters) => {
      const ids = (first?.scan ?? allDeliveries)({ ...scan, limit: window }, parameters);
      return `
        WITH chosen AS MATERIALIZED (${ids})
        SELECT ${this.listed} FROM chosen JOIN deliveries AS delivery USING (id)
        WHERE ${allMatch(others, parameters)} ORDER BY delivery.id ${direction} LIMIT ${limit}`;
    });
  }

  private async join(
    filter: DeliveryFilter,
    conditions: readonly DeliveryCondition[],
    scan: PageScan,
  ): Promise<ListedDelivery[]> {
    const { range, direction, limit } = scan;
    const others = conditions.filter((condition) => condition.scan !== undefined);
    const { text = '' } = filter;
    const prefixLast = others.length < conditions.length && (await this.prefixIsFrequent(text));
    return this.run((parameters) => {
      const words = others.length < conditions.length && wordMatches(text, range, prefixLast, parameters);
      const ids = words
        ? `SELECT found.id FROM (${words}) AS found ${others.length > 0 ? 'JOIN deliveries AS delivery USING (id)' : ''}
           WHERE ${allMatchInJoin(others, scan, parameters)}`
        : `SELECT delivery.id FROM deliveries AS delivery
           WHERE ${inRange('delivery.id', range, parameters)} AND ${allMatchInJoin(others, scan, parameters)}`;
      return `
        WITH hits AS MATERIALIZED (${ids}),
        chosen AS MATERIALIZED (SELECT id FROM hits ORDER BY id ${direction} LIMIT ${limit})
        SELECT ${this.listed} FROM chosen JOIN deliveries AS delivery USING (id) ORDER BY delivery.id ${direction}`;
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

function allMatch(conditions: readonly DeliveryCondition[], parameters: SqlParameters): string {
  return ['true', ...conditions.map((condition) => condition.matches(parameters))].join(' AND ');
}

function allMatchInJoin(conditions: readonly DeliveryCondition[], scan: PageScan, parameters: SqlParameters): string {
  const each = conditions.map(
    (condition) => condition.matchesInJoin?.(scan, parameters) ?? condition.matches(parameters),
  );
  return ['true', ...each].join(' AND ');
}
