import { type AnyHandler } from './discovery/handler.js';

/** A line for each handler: its id, events and options, and whether this process runs it. */
export function handlerTable(handlers: readonly AnyHandler[], assigned: readonly AnyHandler[]): string {
  if (handlers.length === 0) return 'no handlers';
  const width = (column: (handler: AnyHandler) => string): number => Math.max(...handlers.map((h) => column(h).length));
  const ids = width(({ id }) => id);
  const patterns = width(({ pattern }) => pattern);
  const isPool = assigned.length > 0 && assigned.length < handlers.length;
  const lines = handlers.map((handler) => {
    const { id, pattern, options } = handler;
    const summary =
      `retries ${options.retryLimit}, time-out ${options.timeoutSeconds} s, ${options.concurrency} at once` +
      orderOf(options);
    const where = isPool && !assigned.includes(handler) ? '; not run here' : '';
    return `  ${id.padEnd(ids)}  ${pattern.padEnd(patterns)}  ${summary}${where}`;
  });
  return [heading(handlers.length, assigned.length), ...lines].join('\n');
}

function heading(all: number, assigned: number): string {
  if (assigned === all) return `${all} handler(s)`;
  if (assigned === 0) return `${all} handler(s), run by processes with the role worker`;
  return `${all} handler(s), ${assigned} of them run here (HANGAR_HANDLERS)`;
}

function orderOf({ order, coalesce }: AnyHandler['options']): string {
  const merged = coalesce ? `, merges updates of ${coalesce.withinSeconds} s` : '';
  const effective = coalesce && order === 'none' ? 'entity' : order;
  return effective === 'none' ? merged : `, in order by ${effective}${merged}`;
}
