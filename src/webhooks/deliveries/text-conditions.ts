import { type SqlParameters } from '../../database/sql-parameters.js';
import { identifierLexeme, queryOf } from '../search/search-vector.js';
import { searchTerms } from '../search/search-words.js';
import { type DeliveryCondition, inRange, type Walk } from './delivery-walk.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** Identifiers that are columns of a delivery. */
const COLUMNS = ['workspace_id', 'entity_id', 'work_item_id'] as const;

/** Whether something is looked for at all. */
export function hasText(text: string): boolean {
  return text.trim() !== '';
}

/** That `delivery` has the identifier, or the words. Text without any word, as `&`, is found nowhere. */
export function textMatches(text: string, parameters: SqlParameters): string {
  const id = identifierIn(text);
  if (id === undefined)
    return `EXISTS (
      SELECT FROM delivery_search AS search
      WHERE search.delivery_id = delivery.id AND ${hasWords(text, parameters)})`;
  const named = parameters.of(id);
  return `(delivery.id = ${named}::uuid OR ${COLUMNS.map((column) => `delivery.${column} = ${named}::text`).join(' OR ')})`;
}

/** For an identifier; `undefined` for words. */
export function textWalk(text: string): DeliveryCondition['walk'] {
  const id = identifierIn(text);
  return id === undefined ? undefined : (walk, parameters) => identified(id, walk, parameters);
}

/** Selects the `id`s of all deliveries with these words, in no order. */
export function wordMatches(text: string, range: Walk['range'], parameters: SqlParameters): string {
  return `SELECT delivery_id AS id FROM delivery_search AS search
          WHERE ${hasWords(text, parameters)} AND ${inRange('delivery_id', range, parameters)}`;
}

function hasWords(text: string, parameters: SqlParameters): string {
  const terms = searchTerms(text);
  return terms.length === 0 ? 'false' : `search.words @@ ${parameters.of(queryOf(terms))}::tsquery`;
}

function identifierIn(text: string): string | undefined {
  const trimmed = text.trim();
  return UUID.test(trimmed) ? trimmed.toLowerCase() : undefined;
}

/** By its own id, its workspace's, and by the index of words, which knows entities and work items; or not yet. */
function identified(id: string, { range, direction, limit }: Walk, parameters: SqlParameters): string {
  const named = parameters.of(id);
  const within = inRange('id', range, parameters);
  const order = `ORDER BY received_at ${direction}, id ${direction} LIMIT ${limit}`;
  return `
    SELECT id FROM (
      SELECT id FROM deliveries WHERE id = ${named}::uuid AND ${within}
      UNION
      (SELECT id FROM deliveries WHERE workspace_id = ${named}::text AND ${within} ${order})
      UNION
      SELECT delivery_id FROM delivery_search
      WHERE words @@ ${parameters.of(identifierLexeme(id))}::tsquery AND ${inRange('delivery_id', range, parameters)}
      UNION
      SELECT id FROM deliveries
      WHERE id > coalesce((SELECT delivery_id FROM delivery_search ORDER BY delivery_id DESC LIMIT 1),
                          '00000000-0000-0000-0000-000000000000')
        AND ${within} AND (entity_id = ${named}::text OR work_item_id = ${named}::text)) AS found
    ORDER BY id ${direction} LIMIT ${limit}`;
}
