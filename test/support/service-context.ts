import { type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Secret } from '../../src/common/secret.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { type HangarConfig } from '../../src/config/hangar-config.js';
import { loadConfig } from '../../src/config/load-config.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { type RunningSimulator } from '../../src/simulator/simulator.js';
import { type TestDatabase } from './database.js';

class TestModule {}

/** The key ring of service tests. */
export const TEST_KEYS = `test:${Buffer.alloc(32, 1).toString('base64')}`;

/**
 * Modules of Hangar on a test database, pointed to a simulator, without an HTTP server. Nothing ticks by itself: a
 * look of a schedule's own, begun just before, would have the one that a test asks for skipped.
 */
export async function serviceContext(
  database: TestDatabase,
  simulator: RunningSimulator,
  modules: readonly (Type | DynamicModule)[],
  keys = TEST_KEYS,
  changes: Partial<HangarConfig> = {},
): Promise<INestApplicationContext> {
  const config = loadConfig({ HANGAR_ENCRYPTION_KEYS: keys }).with({
    databaseUrl: new Secret(database.url),
    planeBaseUrl: simulator.url,
    planeClientId: simulator.clientId,
    planeClientSecret: new Secret(simulator.clientSecret),
    ...changes,
  });
  const imports = [ConfigModule.forRoot(config), DatabaseModule, ...modules];
  const context = await NestFactory.createApplicationContext(
    { module: TestModule, imports },
    { logger: false, abortOnError: false },
  );
  stopTicking(context);
  return context;
}

function stopTicking(context: INestApplicationContext): void {
  const registry = scheduleOf(context);
  for (const name of registry?.getIntervals() ?? []) registry?.deleteInterval(name);
}

function scheduleOf(context: INestApplicationContext): SchedulerRegistry | undefined {
  try {
    return context.get(SchedulerRegistry, { strict: false });
  } catch {
    return undefined;
  }
}
