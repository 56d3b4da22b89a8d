import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../config/load-config.js';
import { AssignedHandlers } from './assigned-handlers.service.js';
import { resolveHandlerOptions } from './handler-options.js';
import { HandlerRegistry } from './handler.registry.js';

const IDS = ['PingHandler.pong', 'PingHandler.ping', 'Ping.run', 'Ping.run.2', 'WelcomeHandler.welcome'];

function assigned(handlers: string, roles = 'worker'): AssignedHandlers {
  const registry = new HandlerRegistry();
  for (const id of IDS)
    registry.add({
      kind: 'lifecycle',
      id,
      pattern: 'installation.added',
      name: 'installation.added',
      options: resolveHandlerOptions({}),
      run: () => undefined,
    });
  return new AssignedHandlers(
    loadConfig({ HANGAR_HANDLERS: handlers, HANGAR_ROLES: roles }),
    loadConfig({ HANGAR_HANDLERS: handlers, HANGAR_ROLES: roles }),
    registry,
  );
}

const idsOf = (handlers: string, roles?: string): string[] =>
  assigned(handlers, roles)
    .all()
    .map(({ id }) => id);

describe('the handlers that a process runs', () => {
  it('are all, or those that HANGAR_HANDLERS names by id or class', () => {
    expect(idsOf('')).toEqual(IDS);
    expect(idsOf('PingHandler.pong')).toEqual(['PingHandler.pong']);
    expect(idsOf('PingHandler, WelcomeHandler.welcome')).toEqual([IDS[0], IDS[1], IDS[4]]);
    expect(idsOf('Ping')).toEqual(['Ping.run', 'Ping.run.2']);
    expect(idsOf('Ping.run')).toEqual(['Ping.run', 'Ping.run.2']);
    expect(idsOf('Ping.run.2')).toEqual(['Ping.run.2']);
  });

  it('are none without the role worker', () => {
    expect(idsOf('PingHandler', 'receiver')).toEqual([]);
  });

  it('must exist; the error suggests similar names', () => {
    expect(() => assigned('PingHandler').requireKnown()).not.toThrow();
    const errorOf = (name: string): string => {
      try {
        assigned(name, 'receiver').requireKnown();
        return 'none';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(errorOf('PingHandlr.pong,Ping')).toContain(
      'HANGAR_HANDLERS names "PingHandlr.pong", which is no handler and no class of handlers; did you mean PingHandler.pong',
    );
    expect(errorOf('PingHandlr')).toContain('did you mean PingHandler');
    expect(errorOf('pinghandler.pong')).toContain('did you mean PingHandler.pong');
    expect(errorOf('a,b')).toMatch(/names "a"[^]*names "b"/);
  });
});
