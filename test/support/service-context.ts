import { type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { ConfigModule } from '../../src/config/config.module.js';
import { type HangarConfig } from '../../src/config/hangar-config.js';
import { loadConfig } from '../../src/config/load-config.js';
import { DataSourceModule } from '../../src/database/database.module.js';
import { PlaneTiming } from '../../src/plane/plane-timing.js';
import { type RunningSimulator } from '../../simulator/simulator.js';
import { TokenTiming } from '../../src/tokens/token-timing.js';
import { type TestDatabase } from './database.js';

class TestModule {}

/** The key ring of service tests. */
export const TEST_KEYS = `test:${Buffer.alloc(32, 1).toString('base64')}`;

/** What the product gives up on, and a test only where that is what it tests: the machine may be slow. */
const LONG_SECONDS = 600;

/**
 * Modules of Hangar on a test database, pointed to a simulator, without an HTTP server. Nothing ticks by itself: a
 * look of a schedule's own, begun just before, would have the one that a test asks for skipped. Nothing is given up on
 * for being slow.
 */
export async function serviceContext(
  database: TestDatabase,
  simulator: RunningSimulator,
  modules: readonly (Type | DynamicModule)[],
  keys = TEST_KEYS,
  changes: Partial<HangarConfig> = {},
): Promise<INestApplicationContext> {
  const config = loadConfig({
    NODE_ENV: 'development',
    HANGAR_ENCRYPTION_KEYS: keys,
    DATABASE_URL: database.url,
    PLANE_BASE_URL: simulator.url,
    PLANE_CLIENT_ID: simulator.clientId,
    PLANE_CLIENT_SECRET: simulator.clientSecret,
  });
  Object.assign(config, { webhookHoldSeconds: LONG_SECONDS, drainSeconds: LONG_SECONDS, ...changes });
  const imports = [ConfigModule.forRoot(config), DataSourceModule.asDefault(), ...modules];
  const context = await NestFactory.createApplicationContext(
    { module: TestModule, imports },
    { logger: false, abortOnError: false },
  );
  stopTicking(context);
  waitLong(context);
  return context;
}

function stopTicking(context: INestApplicationContext): void {
  const registry = found(context, SchedulerRegistry);
  for (const name of registry?.getIntervals() ?? []) registry?.deleteInterval(name);
}

function waitLong(context: INestApplicationContext): void {
  const [plane, tokens] = [found(context, PlaneTiming), found(context, TokenTiming)];
  if (plane) plane.requestMs = 1000 * LONG_SECONDS;
  if (tokens) Object.assign(tokens, { leaseSeconds: LONG_SECONDS, timeoutMs: 1000 * LONG_SECONDS });
}

function found<T>(context: INestApplicationContext, type: Type<T>): T | undefined {
  try {
    return context.get(type, { strict: false });
  } catch {
    return undefined;
  }
}
