import { describe, expect, it } from '@jest/globals';
import { type AnyHandler } from './discovery/handler.js';
import { resolveHandlerOptions } from './discovery/handler-options.js';
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

  it('is one line without handlers', () => {
    expect(handlerTable([], [])).toBe('no handlers');
  });
});
