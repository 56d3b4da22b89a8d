import { type AnyHandler } from './discovery/handler.js';

/** A line a handler: what it is, what it listens to, how it is treated, and whether this process works on it. */
export function handlerTable(handlers: readonly AnyHandler[], own: readonly AnyHandler[]): string {
  if (handlers.length === 0) return 'no handlers';
  const width = (column: (handler: AnyHandler) => string): number =>
    Math.max(...handlers.map((h) => column(h).length));
  const ids = width(({ id }) => id);
  const patterns = width(({ pattern }) => pattern);
  const isPool = own.length > 0 && own.length < handlers.length;
  const lines = handlers.map((handler) => {
    const { id, pattern, options } = handler;
    const treatment = `retries ${options.retryLimit}, time-out ${options.timeoutSeconds} s, ${options.concurrency} at once`;
    const place = isPool && !own.includes(handler) ? '; not worked on here' : '';
    return `  ${id.padEnd(ids)}  ${pattern.padEnd(patterns)}  ${treatment}${place}`;
  });
  return [heading(handlers.length, own.length), ...lines].join('\n');
}

function heading(all: number, own: number): string {
  if (own === all) return `${all} handler(s)`;
  if (own === 0) return `${all} handler(s), which processes with the role worker work on`;
  return `${all} handler(s), ${own} of them worked on here (HANGAR_HANDLERS)`;
}
