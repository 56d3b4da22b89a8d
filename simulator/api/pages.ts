import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { optionalText, recordOf } from '../http-body.js';
import { fieldText } from '../world/field-text.js';
import { badInput, notFound } from '../world/world.error.js';

const MAX_PER_PAGE = 'maxPerPage';

/** Sets the largest `per_page` of the lists in `app`, which is their default too. */
export function limitPages(app: FastifyInstance, maxPerPage: number): void {
  app.decorate(MAX_PER_PAGE, maxPerPage);
}

/** A page of a list as Plane returns it. Cursors are `value:offset:is_prev`; the offset counts pages. */
export interface Page<Entity> {
  readonly grouped_by: null;
  readonly sub_grouped_by: null;
  readonly total_count: number;
  readonly next_cursor: string;
  readonly prev_cursor: string;
  readonly next_page_results: boolean;
  readonly prev_page_results: boolean;
  readonly count: number;
  readonly total_pages: number;
  readonly total_results: number;
  readonly extra_stats: null;
  readonly results: Entity[];
}

type Body = Readonly<Record<string, unknown>>;

/** The query's `order_by`: a field, descending with `-`. Plane answers 500 for a field that it does not have. */
function ordered<Entity extends Body>(all: readonly Entity[], order: string | undefined): readonly Entity[] {
  if (order === undefined) return all;
  const [name, sign] = order.startsWith('-') ? [order.slice(1), -1] : [order, 1];
  if (all.some((each) => !(name in each))) throw new TypeError(`Cannot order by "${name}".`);
  return all.toSorted((a, b) => sign * compare(a[name], b[name]));
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return fieldText(a).localeCompare(fieldText(b));
}

/** The query's `fields`, separated by commas. */
function selected<Entity extends Body>(entity: Entity, fields: string | undefined): Entity {
  if (fields === undefined) return entity;
  const names = new Set(fields.split(','));
  return Object.fromEntries(Object.entries(entity).filter(([name]) => names.has(name))) as Entity;
}

/**
 * The page of {@link pageOf}; for a query with `external_id` and `external_source` the one that has them.
 *
 * @throws 404 where none has them
 */
export function listOf<Entity extends Body>(all: readonly Entity[], request: FastifyRequest): Page<Entity> | Entity {
  const query = recordOf(request.query);
  const [id, source] = [optionalText(query, 'external_id'), optionalText(query, 'external_source')];
  if (id === undefined || source === undefined) return pageOf(all, request);
  const found = all.find((each) => each.external_id === id && each.external_source === source);
  if (!found) throw notFound('entity with the external id', id);
  return found;
}

/** The page selected by the query's `per_page` (at most that of {@link limitPages}) and `cursor`, by its `order_by` and with its `fields`. */
export function pageOf<Entity extends Body>(unordered: readonly Entity[], request: FastifyRequest): Page<Entity> {
  const query = recordOf(request.query);
  const all = ordered(unordered, optionalText(query, 'order_by'));
  const fields = optionalText(query, 'fields');
  const most = request.server.getDecorator<number>(MAX_PER_PAGE);
  const perPage = Number(optionalText(query, 'per_page') ?? most);
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > most) {
    throw badInput(`Invalid per_page value. Cannot exceed ${most}.`);
  }
  const { size, page } = readCursor(optionalText(query, 'cursor') ?? `${perPage}:0:0`);
  const results = all.slice(page * size, page * size + perPage).map((each) => selected(each, fields));
  return {
    grouped_by: null,
    sub_grouped_by: null,
    total_count: all.length,
    next_cursor: `${perPage}:${page + 1}:0`,
    prev_cursor: `${perPage}:${page - 1}:1`,
    next_page_results: page * size + perPage < all.length,
    prev_page_results: page > 0,
    count: results.length,
    total_pages: Math.ceil(all.length / perPage),
    total_results: all.length,
    extra_stats: null,
    results,
  };
}

function readCursor(cursor: string): { size: number; page: number } {
  const [, size, page] = /^(\d{1,4}):(\d{1,9}):[01]$/.exec(cursor) ?? [];
  if (size === undefined) throw badInput('Invalid cursor parameter: it must be value:offset:is_prev.');
  return { size: Number(size), page: Number(page) };
}
