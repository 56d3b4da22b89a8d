import { describe, expect, it } from '@jest/globals';
import { Controller, Injectable, Module, Scope, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../../config/config.module.js';
import { loadConfig } from '../../config/load-config.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { HandlerRegistry } from './handler.registry.js';
import { HandlersDiscoveryModule } from './handlers-discovery.module.js';
import { OnPlaneEvent } from './on-plane-event.decorator.js';
import { type PlaneContext } from './handler-contexts.js';

@Injectable()
class Good {
  readonly seen: string[] = [];

  @OnPlaneEvent('issue_comment.created', { retryLimit: 2 })
  commented(event: PlaneEvent<'issue_comment.created'>): void {
    this.seen.push(event.comment.text);
  }

  @OnPlaneEvent('workitem.**', { includeSelf: true })
  anything(): void {
    this.seen.push('anything');
  }

  notAHandler(): void {
    this.seen.push('never');
  }
}

/** Starts an application with these providers. Resolves with its registry. */
async function registryOf(providers: Provider[], controllers: Type[] = []): Promise<HandlerRegistry> {
  @Module({
    imports: [ConfigModule.forRoot(loadConfig({})), HandlersDiscoveryModule],
    providers,
    controllers,
  })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
  return app.get(HandlerRegistry);
}

describe('handlers', () => {
  it('are the decorated methods, with their patterns and options', async () => {
    const handlers = (await registryOf([Good])).all();
    expect(handlers.map(({ id, pattern }) => [id, pattern])).toEqual([
      ['Good.commented', 'issue_comment.created'],
      ['Good.anything', 'workitem.**'],
    ]);
    expect(handlers[0]?.options).toEqual({
      order: 'none',
      priority: 0,
      retryLimit: 2,
      retryDelaySeconds: 5,
      backoff: true,
      timeoutSeconds: 60,
      concurrency: 5,
      callPriority: 'handler',
      includeSelf: false,
    });
  });

  it('match the v1 and v2 names of an event', async () => {
    const registry = await registryOf([Good]);
    const ids = (name: string): string[] => registry.matching(name).map(({ id }) => id);
    expect(ids('workitem.comment.created')).toEqual(['Good.commented', 'Good.anything']);
    expect(ids('workitem.created')).toEqual(['Good.anything']);
    expect(ids('cycle.created')).toEqual([]);
  });

  it('run as methods of their instance', async () => {
    const good = new Good();
    const registry = await registryOf([{ provide: Good, useValue: good }]);
    await registry.matching('workitem.created')[0]?.run({} as PlaneEvent, {} as PlaneContext);
    expect(good.seen).toEqual(['anything']);
  });

  it('are found in controllers too', async () => {
    @Controller()
    class Hooked {
      @OnPlaneEvent('**')
      all(): boolean {
        return true;
      }
    }
    expect((await registryOf([], [Hooked])).all().map(({ id }) => id)).toEqual(['Hooked.all']);
  });

  it('are found once if a provider has an alias', async () => {
    const registry = await registryOf([Good, { provide: 'ALIAS', useExisting: Good }]);
    expect(registry.all()).toHaveLength(2);
  });

  it('fail the start with a duplicate id', async () => {
    const first = Good;
    const second = { Good: class extends Good {} }.Good;
    await expect(registryOf([first, { provide: 'SECOND', useClass: second }])).rejects.toThrow(
      'There are two event handlers Good.commented',
    );
  });

  it('fail the start with an unknown event name; the error suggests similar ones', async () => {
    @Injectable()
    class Misspelled {
      @OnPlaneEvent('workitem.crated' as 'workitem.created')
      run(): boolean {
        return true;
      }
    }
    await expect(registryOf([Misspelled])).rejects.toThrow(/Misspelled\.run cannot be used: .*workitem\.created/);
  });

  it('fail the start in a request-scoped class', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {
      @OnPlaneEvent('**')
      run(): boolean {
        return true;
      }
    }
    await expect(registryOf([Scoped])).rejects.toThrow('Scoped.run is an event handler in a request-scoped class');
  });

  it('fail the start with an invalid option', async () => {
    @Injectable()
    class Hasty {
      @OnPlaneEvent('**', { timeoutSeconds: 0 })
      run(): boolean {
        return true;
      }
    }
    await expect(registryOf([Hasty])).rejects.toThrow(
      'Hasty.run cannot be used: timeoutSeconds must be a whole number',
    );
  });
});
