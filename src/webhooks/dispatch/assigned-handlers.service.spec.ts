import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../config/load-config.js';
import { AssignedHandlers } from './assigned-handlers.service.js';
import { type AnyHandler } from '../discovery/handler.js';
import { resolveHandlerOptions } from '../discovery/handler-options.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';
import { handlerTable } from './handler-table.js';

const IDS = ['PingHandler.pong', 'PingHandler.ping', 'Ping.run', 'WelcomeHandler.welcome'];

function lifecycleHandler(id: string): AnyHandler {
  const options = resolveHandlerOptions({});
  return {
    kind: 'lifecycle',
    id,
    pattern: 'installation.added',
    name: 'installation.added',
    options,
    run: () => undefined,
  };
}

function pool(handlers: string, roles = 'worker'): { pool: AssignedHandlers; table: () => string } {
  const registry = new HandlerRegistry();
  for (const id of IDS) registry.add(lifecycleHandler(id));
  const config = loadConfig({ HANGAR_HANDLERS: handlers, HANGAR_ROLES: roles });
  const made = new AssignedHandlers(config, registry);
  return { pool: made, table: () => handlerTable(registry.all(), made.own()) };
}

const own = (handlers: string, roles?: string): string[] =>
  pool(handlers, roles)
    .pool.own()
    .map(({ id }) => id);

describe('the handlers that a process works on', () => {
  it('are all, unless some are named: by their ids, or by their classes', () => {
    expect(own('')).toEqual(IDS);
    expect(own('PingHandler.pong')).toEqual(['PingHandler.pong']);
    expect(own('PingHandler, WelcomeHandler.welcome')).toEqual([IDS[0], IDS[1], IDS[3]]);
    expect(own('Ping')).toEqual(['Ping.run']);
  });

  it('are none without the role worker', () => {
    expect(own('PingHandler', 'receiver')).toEqual([]);
  });

  it('must exist; a fault names those that are written most like it', () => {
    expect(() => pool('PingHandler').pool.requireKnown()).not.toThrow();
    const fault = (name: string): string => {
      try {
        pool(name, 'receiver').pool.requireKnown();
        return 'none';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(fault('PingHandlr.pong,Ping')).toContain(
      'HANGAR_HANDLERS names "PingHandlr.pong", which is no handler and no class of handlers; did you mean PingHandler.pong',
    );
    expect(fault('PingHandlr')).toContain('did you mean PingHandler');
    expect(fault('pinghandler.pong')).toContain('did you mean PingHandler.pong');
    expect(fault('a,b')).toContain('2 errors');
  });

  it('are told at the start', () => {
    expect(pool('').table()).toMatch(/^4 handler\(s\)\n/);
    expect(pool('PingHandler').table()).toMatch(
      /^4 handler\(s\), 2 of them worked on here \(HANGAR_HANDLERS\)\n {2}PingHandler\.pong .* at once\n(.*\n){2} {2}Welcome.*; not worked on here$/,
    );
    expect(pool('', 'receiver').table()).toMatch(
      /^4 handler\(s\), which processes with the role worker work on\n/,
    );
  });
});
