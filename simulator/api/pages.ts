import { type FastifyRequest } from 'fastify';
import { optionalText, recordOf } from '../http-body.js';
import { badInput } from '../world/world.error.js';

const MAX_PER_PAGE = 100;

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

/** The page selected by the query's `per_page` (at most 100) and `cursor`. */
export function pageOf<Entity>(all: readonly Entity[], request: FastifyRequest): Page<Entity> {
  const query = recordOf(request.query);
  const perPage = Number(optionalText(query, 'per_page') ?? MAX_PER_PAGE);
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > MAX_PER_PAGE) {
    throw badInput(`Invalid per_page value. Cannot exceed ${MAX_PER_PAGE}.`);
  }
  const { size, page } = readCursor(optionalText(query, 'cursor') ?? `${perPage}:0:0`);
  const results = all.slice(page * size, page * size + perPage);
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
  const [, size, page] = /^(\d{1,3}):(\d{1,9}):[01]$/.exec(cursor) ?? [];
  if (size === undefined) throw badInput('Invalid cursor parameter: it must be value:offset:is_prev.');
  return { size: Number(size), page: Number(page) };
}
