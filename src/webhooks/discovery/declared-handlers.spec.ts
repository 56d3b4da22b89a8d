import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, type LoggerService, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../../config/config.module.js';
import { loadConfig } from '../../config/load-config.js';
import { HandlersDiscoveryModule } from './handlers-discovery.module.js';
import { OnPlaneEvent } from './on-plane-event.decorator.js';

const warnings: unknown[] = [];
const quiet = (): void => undefined;
const logger: LoggerService = { log: quiet, error: quiet, warn: (message) => void warnings.push(message) };

/** Starts an application of these providers, and stops it. */
async function run(providers: readonly Type[], imports: NonNullable<Parameters<typeof Module>[0]['imports']> = []) {
  class RootModule {}
  Module({ imports, providers: [...providers] })(RootModule);
  const context = await NestFactory.createApplicationContext(RootModule, { logger, abortOnError: false });
  await context.close();
}

describe('a class with handlers in an application without Hangar', () => {
  beforeEach(() => void warnings.splice(0));

  it('is named in one warning, when the application starts', async () => {
    @Injectable()
    class Silent {
      @OnPlaneEvent('workitem.created')
      one(): void {
        // Never called.
      }

      @OnPlaneEvent('workitem.updated')
      two(): void {
        // Never called.
      }
    }
    await run([Silent]);
    await run([Silent]);
    expect(warnings).toEqual([
      expect.stringMatching(/^Silent has handlers of Hangar, and nothing .* HangarModule\.forRoot\(\)/),
    ]);
  });

  it('keeps its own hooks, and those of what it extends', async () => {
    const calls: string[] = [];
    class Base {
      onApplicationBootstrap(): Promise<void> | void {
        calls.push('base');
      }
    }
    @Injectable()
    class Inheriting extends Base {
      @OnPlaneEvent('workitem.created')
      run(): void {
        // Never called.
      }
    }
    @Injectable()
    class Own extends Base {
      override async onApplicationBootstrap(): Promise<void> {
        await Promise.resolve();
        calls.push('own');
      }

      @OnPlaneEvent('workitem.created')
      run(): void {
        // Never called.
      }
    }
    await run([Inheriting, Own]);
    expect(calls.toSorted()).toEqual(['base', 'own']);
    expect(warnings).toHaveLength(2);
  });

  it('is not, where Hangar finds it', async () => {
    @Injectable()
    class Found {
      @OnPlaneEvent('workitem.created')
      run(): void {
        // Never called.
      }
    }
    await run([Found], [ConfigModule.forRoot(loadConfig({})), HandlersDiscoveryModule]);
    expect(warnings).toEqual([]);
  });
});
