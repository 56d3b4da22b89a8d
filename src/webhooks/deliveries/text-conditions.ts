import { type SqlParameters } from '../../common/sql-parameters.js';
import { identifierLexeme, queryOf } from '../search/search-vector.js';
import { type SearchTerm, searchTerms } from '../search/search-words.js';
import { columnScan, type DeliveryCondition, inRange, type PageScan } from './page-scan.js';
import { FIRST_ID } from './id-range.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** Newest deliveries that tell whether a word is frequent. */
const SAMPLE = 200;
/** Identifiers that are columns of a delivery. */
const COLUMNS = ['workspace_id', 'entity_id', 'work_item_id'] as const;

/** Whether something is looked for at all. */
export function hasText(text: string): boolean {
  return text.trim() !== '';
}

/**
 * That `delivery` has the identifier, or the words: a value, not an `EXISTS`, which PostgreSQL may join with the whole
 * table. Text without any word, as `&`, is found nowhere.
 */
export function textMatches(text: string, parameters: SqlParameters): string {
  const id = identifierIn(text);
  if (id === undefined)
    return `(
      SELECT ${rowHasWords(searchTerms(text), parameters)} FROM delivery_search AS search
      WHERE search.delivery_id = delivery.id)`;
  const named = parameters.of(id);
  return `(delivery.id = ${named}::uuid OR ${COLUMNS.map((column) => `delivery.${column} = ${named}::text`).join(' OR ')})`;
}

/** For an identifier; `undefined` for words. */
export function textScan(text: string): DeliveryCondition['walk'] {
  const id = identifierIn(text);
  return id === undefined ? undefined : (walk, parameters) => identified(id, walk, parameters);
}

/**
 * Selects the `id`s of all deliveries with these words, in no order.
 *
 * @param prefixLast whether a half typed word is looked for in the rows that have the others: its index gives all of a
 *   frequent one's rows before it lets go of any
 */
export function wordMatches(
  text: string,
  range: PageScan['range'],
  prefixLast: boolean,
  parameters: SqlParameters,
): string {
  const inIndex = searchTerms(text).filter(({ prefix }) => !prefix || !prefixLast);
  const conditions = [inRange('delivery_id', range, parameters), hasWords(inIndex, parameters)];
  const prefix = halfTyped(text);
  if (prefix && prefixLast) conditions.push(rowHasWords(prefix, parameters));
  return `SELECT delivery_id AS id FROM delivery_search AS search WHERE ${conditions.join(' AND ')}`;
}

/** Selects, as `share`, how many of the newest deliveries have the half typed word; `undefined` where it stands alone. */
export function prefixShare(text: string, parameters: SqlParameters): string | undefined {
  const prefix = halfTyped(text);
  if (!prefix || searchTerms(text).length === 1) return undefined;
  return `
    SELECT coalesce(avg(has::int), 0)::float8 AS share FROM (
      SELECT words @@ ${parameters.of(queryOf(prefix))}::tsquery AS has
      FROM delivery_search ORDER BY delivery_id DESC LIMIT ${SAMPLE}) AS newest`;
}

function halfTyped(text: string): SearchTerm[] | undefined {
  const prefix = searchTerms(text).filter((term) => term.prefix);
  return prefix.length > 0 ? prefix : undefined;
}

function hasWords(terms: readonly SearchTerm[], parameters: SqlParameters): string {
  return terms.length === 0 ? 'false' : `search.words @@ ${parameters.of(queryOf(terms))}::tsquery`;
}

/** The same as a function, which is no condition for an index: rows that are there already are looked at one by one. */
function rowHasWords(terms: readonly SearchTerm[], parameters: SqlParameters): string {
  return terms.length === 0
    ? 'false'
    : `ts_match_vq(search.words, ${parameters.of(queryOf(terms))}::tsquery)`;
}

function identifierIn(text: string): string | undefined {
  const trimmed = text.trim();
  return UUID.test(trimmed) ? trimmed.toLowerCase() : undefined;
}

/** By its own id, its workspace's, and by the index of words, which knows entities and work items; or not yet. */
function identified(id: string, walk: PageScan, parameters: SqlParameters): string {
  const { range, direction, limit } = walk;
  const named = parameters.of(id);
  const within = inRange('id', range, parameters);
  return `
    SELECT id FROM (
      SELECT id FROM deliveries WHERE id = ${named}::uuid AND ${within}
      UNION
      (${columnScan('workspace_id', id, walk, parameters)})
      UNION
      SELECT delivery_id FROM delivery_search
      WHERE words @@ ${parameters.of(identifierLexeme(id))}::tsquery AND ${inRange('delivery_id', range, parameters)}
      UNION
      SELECT id FROM deliveries
      WHERE id > coalesce((SELECT delivery_id FROM delivery_search ORDER BY delivery_id DESC LIMIT 1),
                          '${FIRST_ID}')
        AND ${within} AND (entity_id = ${named}::text OR work_item_id = ${named}::text)) AS found
    ORDER BY id ${direction} LIMIT ${limit}`;
}
