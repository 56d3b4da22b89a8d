import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigService } from '@nestjs/config';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { Tasks } from 'hangar';
import { Entity, PrimaryColumn } from 'typeorm';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { HangarModule } from '../../src/host/hangar.module.js';
import { Browser } from '../support/browser.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { KeptLogger, type Platform, type RunningHost, startHost } from '../support/host-application.js';
import { GreeterModule, HostAgent, HostHandlers, seen } from '../support/host-handlers.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

const KEYS = `test:${randomBytes(32).toString('base64')}`;

/** A table of the host's own. */
@Entity()
class Customer {
  @PrimaryColumn('text')
  id!: string;
}

const HANDLERS = HangarModule.forFeature([HostHandlers, HostAgent], { imports: [GreeterModule] });

/** A run of an agent in the simulator's state. */
interface Run {
  readonly id: string;
  readonly activities: readonly { readonly type: string; readonly content: { readonly body?: string } }[];
}

/** How each platform's host gets the module. */
const MODULES: Record<Platform, (config: Record<string, string>) => DynamicModule> = {
  express: (config) => HangarModule.forRoot({ config, environment: false, migrate: true }),
  fastify: (config) =>
    HangarModule.forRootAsync({
      imports: [GreeterModule],
      useFactory: async () => ({ config, environment: false, migrate: true, prefix: '/of/plane/' }),
    }),
};
const PREFIX: Record<Platform, string> = { express: '/hangar', fastify: '/of/plane' };

describe.each<Platform>(['express', 'fastify'])('HangarModule in an application on %s', (platform) => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let host: RunningHost;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const routes = `${url}${PREFIX[platform]}`;
    simulator = await startSimulator({
      port: 0,
      setupUrl: `${routes}/oauth/setup`,
      redirectUris: [`${routes}/oauth/callback`],
      webhookUrl: `${routes}/webhooks/plane`,
    });
    plane = new SimulatorControl(simulator.url);
    const config = {
      NODE_ENV: 'development',
      DATABASE_URL: database.url,
      HANGAR_ENCRYPTION_KEYS: KEYS,
      PLANE_BASE_URL: simulator.url,
      PLANE_CLIENT_ID: simulator.clientId,
      PLANE_CLIENT_SECRET: simulator.clientSecret,
      PLANE_WEBHOOK_SECRETS: simulator.webhookSecret,
      PUBLIC_URL: url,
      HANGAR_DRAIN_SECONDS: patientSeconds(25),
    };
    Object.assign(seen, { begun: Promise.withResolvers<void>(), end: Promise.withResolvers<void>(), aborted: 0 });
    host = await startHost(platform, { port, imports: [HANDLERS, MODULES[platform](config)] });
    const page = await new Browser().install(url, `${PREFIX[platform]}/oauth/setup`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('installed')]);
  });

  afterAll(async () => {
    await host.app.close();
    await simulator.close();
    await database.drop();
  });

  const commented = async (text: string): Promise<unknown> =>
    until(`the comment "${text}"`, async () => (await plane.comments()).includes(text));

  it('calls a handler for a webhook, with what it injects of the application', async () => {
    await plane.post('/comments', { text: '/greet' });
    await commented('hello sandbox');
    const handled = await until('the result of the run', async () => {
      const rows = await database.query(
        `SELECT 1 FROM hangar.delivery_outcomes WHERE handler = 'HostHandlers.greet' AND state = 'handled'`,
      );
      return rows.length > 0 && rows;
    });
    expect(handled).toHaveLength(1);
  });

  it('runs a task that a command has scheduled with the injected Tasks', async () => {
    await plane.post('/comments', { text: '/later good night' });
    await commented('good night');
    expect(host.app.get(Tasks)).toBeInstanceOf(Tasks);
  });

  it('runs an agent', async () => {
    await plane.post('/runs', { text: '@your-app world' });
    const answered = await until('the answer', async () => {
      const { runs } = (await plane.state()) as unknown as { runs: readonly Run[] };
      const texts = runs.flatMap(({ activities }) => activities.map(({ type, content }) => `${type} ${content.body}`));
      return texts.some((each) => each.startsWith('response')) && texts;
    });
    expect(answered).toEqual(expect.arrayContaining(['thought On it.', 'response hello world']));
  });

  it('has a schedule of each installation, and a data source of its own name', async () => {
    const schedules = await host.app
      .get<{ query(sql: string): Promise<unknown> }>(getDataSourceToken('hangar'))
      .query('SELECT handler, current_schema() AS schema FROM schedules');
    expect(schedules).toEqual([{ handler: 'HostHandlers.digest', schema: 'hangar' }]);
  });

  it('stops with a run under way: it ends first, and what arrives meanwhile is stored', async () => {
    await plane.post('/comments', { text: '/work' });
    await seen.begun.promise;
    const closing = host.app.close();
    const ready = async (): Promise<number> => (await fetch(`${host.url}${PREFIX[platform]}/health/ready`)).status;
    await until('the shutdown to begin', async () => (await ready()) === 503);
    await plane.post('/comments', { text: '/greet' });
    const stored = await until('the webhook that arrives in the shutdown', async () => {
      const rows = await database.query(
        `SELECT id FROM hangar.deliveries WHERE convert_from(body, 'UTF8') LIKE '%/greet%'`,
      );
      return rows.length === 2 && rows;
    });
    expect(stored).toHaveLength(2);
    seen.end.resolve();
    await closing;
    expect(await plane.comments()).toContain('worked');
    expect(seen.aborted).toBe(0);
    const [outcome] = await database.query<{ state: string }>(
      `SELECT state FROM hangar.delivery_outcomes WHERE handler = 'HostHandlers.work' ORDER BY updated_at DESC LIMIT 1`,
    );
    expect(outcome).toEqual({ state: 'handled' });
  });
});

describe('an application with HangarModule', () => {
  const start = async (...imports: DynamicModule[]): Promise<unknown> => {
    class RootModule {}
    Module({ imports })(RootModule);
    const context = await NestFactory.createApplicationContext(RootModule, { logger: false, abortOnError: false });
    return context.close();
  };
  const CONFIG = {
    NODE_ENV: 'development',
    HANGAR_ENCRYPTION_KEYS: KEYS,
    PLANE_CLIENT_ID: 'id',
    PLANE_CLIENT_SECRET: 'hush',
  };

  it('does not start with a wrong configuration, and lists every error', async () => {
    const wrong = HangarModule.forRoot({
      environment: false,
      prefix: 'a b',
      config: { PLANE_CLIENT_IDS: 'x', DATABASE_POOL_SIZE: 1 },
    });
    await expect(start(wrong)).rejects.toThrow(
      /5 errors in the configuration[^]*prefix must be[^]*is misspelled as PLANE_CLIENT_IDS[^]*DATABASE_URL is required[^]*PLANE_CLIENT_ID is required[^]*DATABASE_POOL_SIZE must be/,
    );
  });

  it('does not start on a database that was not migrated, nor with two of the module', async () => {
    const database = await createTestDatabase({ empty: true });
    try {
      const config = { ...CONFIG, DATABASE_URL: database.url };
      await expect(start(HangarModule.forRoot({ config, environment: false }))).rejects.toThrow(/npx hangar migrate/);
      const two = [1, 2].map((size) =>
        HangarModule.forRoot({
          config: { ...config, DATABASE_POOL_SIZE: 1 + size },
          environment: false,
          migrate: true,
        }),
      );
      await expect(start(...two)).rejects.toThrow(/HangarModule\.forRoot\(\) is in two modules/);
    } finally {
      await database.drop();
    }
  });

  it('runs without an HTTP server, as a worker', async () => {
    const database = await createTestDatabase({ empty: true });
    try {
      const config = { ...CONFIG, DATABASE_URL: database.url, HANGAR_ROLES: 'worker' };
      const module = HangarModule.forRoot({ config, environment: false, migrate: true });
      await expect(start(module, HANDLERS)).resolves.toBeUndefined();
      await expect(start(module)).rejects.toThrow(/^HostAgent, HostHandlers: has handlers, but no module/);
    } finally {
      await database.drop();
    }
  });

  it('has its own data source, tables and timers as without it', async () => {
    const database = await createTestDatabase({ empty: true });
    const logger = new KeptLogger();
    // Not that of the database's user here, which PostgreSQL's search_path would find for the host too.
    const metricsPort = await freePort();
    const own = { DATABASE_SCHEMA: 'of_plane', METRICS_PORT: metricsPort };
    const config = { ...CONFIG, ...own, DATABASE_URL: database.url };
    const ownData = TypeOrmModule.forRoot({
      type: 'postgres',
      url: database.url,
      autoLoadEntities: true,
      synchronize: true,
    });
    const hangar = HangarModule.forRoot({ config, environment: false, migrate: true });
    const imports = [ScheduleModule.forRoot(), ownData, TypeOrmModule.forFeature([Customer]), HANDLERS, hangar];
    const { app } = await startHost('express', { imports, logger });
    try {
      const metadata = (source: unknown): string[] =>
        (source as { entityMetadatas: { tableName: string }[] }).entityMetadatas.map(({ tableName }) => tableName);
      expect(metadata(app.get(getDataSourceToken()))).toEqual(['customer']);
      expect(metadata(app.get(getDataSourceToken('hangar')))).not.toContain('customer');
      expect(
        await database.query(
          `SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE relname = 'customer'`,
        ),
      ).toEqual([{ schema: 'public' }]);
      expect(app.get(SchedulerRegistry).getIntervals()).toEqual([]);
      const metrics = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      expect(await metrics.text()).toContain('hangar_role{role="worker"} 1');
      expect(logger.lines.filter((line) => /^(?:WARN|ERROR)/.test(line))).toEqual([
        expect.stringContaining('PLANE_WEBHOOK_SECRETS is not set'),
      ]);
      expect(() => app.get(ConfigService)).toThrow(/could not find ConfigService/);
    } finally {
      await app.close();
      await database.drop();
    }
  });

  it('names a class of forFeature that has no handlers', () => {
    expect(() => HangarModule.forFeature([Map])).toThrow(/forFeature\(\) got Map, which has no method with/);
  });
});
