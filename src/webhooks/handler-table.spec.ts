import { describe, expect, it } from '@jest/globals';
import { type AnyHandler } from './discovery/handler.js';
import { type HandlerOptions, resolveHandlerOptions } from './discovery/handler-options.js';
import { handlerTable } from './handler-table.js';

const HANDLERS = ['PingHandler.pong', 'PingHandler.ping', 'WelcomeHandler.welcome'].map((id): AnyHandler => ({
  kind: 'lifecycle',
  id,
  pattern: 'installation.added',
  name: 'installation.added',
  options: resolveHandlerOptions({}),
  run: () => undefined,
}));

describe('the table of handlers in the log', () => {
  it('lists all handlers with their events and options', () => {
    expect(handlerTable(HANDLERS, HANDLERS)).toMatch(/^3 handler\(s\)\n/);
  });

  it('marks those that other processes run', () => {
    expect(handlerTable(HANDLERS, HANDLERS.slice(0, 2))).toMatch(
      /^3 handler\(s\), 2 of them run here \(HANGAR_HANDLERS\)\n {2}PingHandler\.pong .* at once\n(.*\n){1} {2}Welcome.*; not run here$/,
    );
    expect(handlerTable(HANDLERS, [])).toMatch(/^3 handler\(s\), run by processes with the role worker\n/);
  });

  it('shows in which order events are handled, where there is one', () => {
    const lineOf = (options: HandlerOptions): string | undefined => {
      const handler = { ...HANDLERS[0], options: resolveHandlerOptions(options) } as AnyHandler;
      return /at once(.*)$/.exec(handlerTable([handler], [handler]))?.[1];
    };
    expect(lineOf({})).toBe('');
    expect(lineOf({ order: 'workspace' })).toBe(', in order by workspace');
    expect(lineOf({ coalesce: { withinSeconds: 5 } })).toBe(', in order by entity, merges updates of 5 s');
  });

  it('is one line without handlers', () => {
    expect(handlerTable([], [])).toBe('no handlers');
  });
});
