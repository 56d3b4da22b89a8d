import { describe, expect, it } from '@jest/globals';
import {
  Controller,
  type INestApplicationContext,
  Injectable,
  Module,
  Scope,
  type Provider,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../../config/config.module.js';
import { loadConfig } from '../../config/load-config.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { OnCommand } from '../commands/on-command.decorator.js';
import { forgetDeclaredHandlers } from './declared-handlers.js';
import { HandlerExplorer } from './handler.explorer.js';
import { HandlerRegistry } from './handler.registry.js';
import { HandlersDiscoveryModule } from './handlers-discovery.module.js';
import { OnLifecycleEvent } from './on-lifecycle-event.decorator.js';
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

/** Starts an application with these providers. */
async function started(providers: Provider[], controllers: Type[] = []): Promise<INestApplicationContext> {
  @Module({
    imports: [ConfigModule.forRoot(loadConfig({})), HandlersDiscoveryModule],
    providers,
    controllers,
  })
  class App {}
  return NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
}

const registryOf = async (providers: Provider[], controllers?: Type[]): Promise<HandlerRegistry> =>
  (await started(providers, controllers)).get(HandlerRegistry);

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
      catchUp: true,
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

  it('take a list of names', async () => {
    @Injectable()
    class Listed {
      @OnPlaneEvent(['workitem.created', 'issue.updated', 'cycle.*'])
      run(event: PlaneEvent<'workitem.created' | 'issue.updated' | 'cycle.*'>): string {
        return event.name;
      }
    }
    const registry = await registryOf([Listed]);
    expect(registry.all()[0]?.pattern).toBe('workitem.created, issue.updated, cycle.*');
    const names = ['workitem.created', 'workitem.updated', 'cycle.archived', 'workitem.deleted', 'module.created'];
    expect(names.map((name) => registry.matching(name).length)).toEqual([1, 1, 1, 0, 0]);
  });

  it('are as many as a method has decorators, in the order in which they are written', async () => {
    @Injectable()
    class Twice {
      @OnPlaneEvent('workitem.created', { retryLimit: 1 })
      @OnPlaneEvent('cycle.created', { when: () => false })
      @OnLifecycleEvent('installation.added')
      run(): boolean {
        return true;
      }
    }
    const handlers = (await registryOf([Twice])).all();
    expect(handlers.map(({ id, pattern, options }) => [id, pattern, options.retryLimit])).toEqual([
      ['Twice.run', 'workitem.created', 1],
      ['Twice.run.2', 'cycle.created', 5],
      ['Twice.run.3', 'installation.added', 5],
    ]);
    expect(handlers.map((handler) => 'when' in handler)).toEqual([false, true, false]);
  });

  it('fail the start with an empty list of names', async () => {
    @Injectable()
    class Empty {
      @OnPlaneEvent([] as never)
      run(): boolean {
        return true;
      }
    }
    await expect(registryOf([Empty])).rejects.toThrow('Empty.run cannot be used: it names no event');
  });

  it('fail the start with the names of the loaded classes that no module provides', async () => {
    forgetDeclaredHandlers();
    const classOf = (name: string): Type => {
      const { [name]: host } = { [name]: class {} } as Record<string, Type>;
      if (!host) throw new Error('no class');
      OnPlaneEvent('**')(host.prototype as object, 'run', { value: () => undefined });
      return host;
    };
    const [base, lone, other] = [classOf('Base'), classOf('Lone'), classOf('Another')];
    class Derived extends base {}
    const complete = (await started([Derived, lone, { provide: 'TOKEN', useFactory: () => new other() }])).get(
      HandlerExplorer,
    );
    expect(() => complete.requireProvided()).not.toThrow();
    const incomplete = (await started([Derived])).get(HandlerExplorer);
    expect(() => incomplete.requireProvided()).toThrow(
      /^Another, Lone: has handlers, but no module of the app provides/,
    );
  });

  it('fail the start with a wrong declaration of a command, and with two of the same command', async () => {
    @Injectable()
    class Wrong {
      @OnCommand('/remind', { args: '<delay:time>' as '<delay>' })
      run(): boolean {
        return true;
      }
    }
    await expect(registryOf([Wrong])).rejects.toThrow(
      /Wrong\.run cannot be used: .* at "delay:time": the type must be/,
    );
    @Injectable()
    class Same {
      @OnCommand('/remind')
      one(): boolean {
        return true;
      }
      @OnCommand('/Remind')
      two(): boolean {
        return true;
      }
    }
    await expect(registryOf([Same])).rejects.toThrow('Same.one and Same.two are both the command /Remind');
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
