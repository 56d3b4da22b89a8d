import { type SqlParameters } from '../../common/sql-parameters.js';
import { identifierLexeme, queryOf } from '../search/search-vector.js';
import { type SearchTerm, searchTerms } from '../search/search-words.js';
import { columnScan, type DeliveryCondition, inRange, type PageScan } from './page-scan.js';
import { FIRST_ID } from './id-range.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** How many of the newest deliveries are sampled to estimate how frequent a word is. */
const SAMPLE = 200;
/** Identifiers that are columns of a delivery. */
const COLUMNS = ['workspace_id', 'entity_id', 'work_item_id'] as const;

/** Whether the text is a search at all. */
export function hasText(text: string): boolean {
  return text.trim() !== '';
}

/**
 * Whether `delivery` has the identifier or the words: a value, not an `EXISTS`, which PostgreSQL may join with the whole
 * table. Text without any word, such as `&`, matches nothing.
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

/** The scan for an identifier; `undefined` for words. */
export function textScan(text: string): DeliveryCondition['scan'] {
  const id = identifierIn(text);
  return id === undefined ? undefined : (scan, parameters) => identified(id, scan, parameters);
}

/**
 * Selects the `id`s of all deliveries with these words, in no order.
 *
 * @param prefixLast whether a prefix is checked only in the rows that match the other words: the index reads all rows of a
 *   frequent prefix before it returns any
 */
export function wordMatches(
  text: string,
  range: PageScan['range'],
  prefixLast: boolean,
  parameters: SqlParameters,
): string {
  const inIndex = searchTerms(text).filter(({ prefix }) => !prefix || !prefixLast);
  const conditions = [inRange('delivery_id', range, parameters), hasWords(inIndex, parameters)];
  const prefix = prefixTerm(text);
  if (prefix && prefixLast) conditions.push(rowHasWords(prefix, parameters));
  return `SELECT delivery_id AS id FROM delivery_search AS search WHERE ${conditions.join(' AND ')}`;
}

/** Selects, as `share`, the part of the newest deliveries that match the prefix; `undefined` where it is the only word. */
export function prefixShare(text: string, parameters: SqlParameters): string | undefined {
  const prefix = prefixTerm(text);
  if (!prefix || searchTerms(text).length === 1) return undefined;
  return `
    SELECT coalesce(avg(has::int), 0)::float8 AS share FROM (
      SELECT words @@ ${parameters.of(queryOf(prefix))}::tsquery AS has
      FROM delivery_search ORDER BY delivery_id DESC LIMIT ${SAMPLE}) AS newest`;
}

function prefixTerm(text: string): SearchTerm[] | undefined {
  const prefix = searchTerms(text).filter((term) => term.prefix);
  return prefix.length > 0 ? prefix : undefined;
}

function hasWords(terms: readonly SearchTerm[], parameters: SqlParameters): string {
  return terms.length === 0 ? 'false' : `search.words @@ ${parameters.of(queryOf(terms))}::tsquery`;
}

/** The same as a function, for which PostgreSQL uses no index: it is applied to rows that are found already. */
function rowHasWords(terms: readonly SearchTerm[], parameters: SqlParameters): string {
  return terms.length === 0 ? 'false' : `ts_match_vq(search.words, ${parameters.of(queryOf(terms))}::tsquery)`;
}

function identifierIn(text: string): string | undefined {
  const trimmed = text.trim();
  return UUID.test(trimmed) ? trimmed.toLowerCase() : undefined;
}

/** By delivery, workspace, and the search index, which has entities and work items; also what is not indexed yet. */
function identified(id: string, scan: PageScan, parameters: SqlParameters): string {
  const { range, direction, limit } = scan;
  const named = parameters.of(id);
  const within = inRange('id', range, parameters);
  return `
    SELECT id FROM (
      SELECT id FROM deliveries WHERE id = ${named}::uuid AND ${within}
      UNION
      (${columnScan('workspace_id', id, scan, parameters)})
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
