import { randomBytes } from 'node:crypto';
import { type DynamicModule, Injectable, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type Settings } from '../../../simulator/settings.js';
import { startSimulator } from '../../../simulator/simulator.js';
import { type Backend, type BackendOptions } from './backend.js';
import { RunRecorder, type TestRun } from './run-recorder.js';
import { TestApp } from './test-app.js';
import { TestPlane } from './test-plane.js';
import { Wire } from './wire.js';

/** What an app is tested with. */
export interface TestAppOptions {
  /** The app's modules. */
  readonly imports?: ModuleMetadata['imports'];
  /** Handlers and other providers, in place of a module or beside it. */
  readonly providers?: readonly Provider[];
  /** Of the simulated Plane: the workspace where the app is installed, none for `null`, and what it does differently. */
  readonly plane?: { readonly workspace?: 'sandbox' | 'harbour' | null } & Partial<Settings>;
  /**
   * Runs the whole of Hangar on PostgreSQL in this process: embedded in a folder of its own, or that of `DATABASE_URL`.
   * Default: the pipeline in memory, which starts in less than a second.
   */
  readonly real?: boolean;
  /** Variables of Hangar and of the app. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether a run that throws is written to standard error, with the line of the handler. Default true. */
  readonly showFailures?: boolean;
}

/** Starts an app with a simulated Plane, installed in its workspace. Close it after the tests. */
export async function createTestApp(options: TestAppOptions): Promise<TestApp> {
  const { workspace = 'sandbox', ...settings } = options.plane ?? {};
  const stops: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  };
  try {
    const wire = new Wire();
    await wire.open();
    stops.push(() => wire.close());
    const simulator = await startSimulator({ port: 0, webhookUrl: `${wire.url}/webhooks/plane` });
    stops.push(() => simulator.close());
    wire.planeUrl = simulator.url;
    const plane = new TestPlane(simulator.url, wire);
    if (Object.keys(settings).length > 0) await plane.set(settings);
    const environment = { ...variablesOf(simulator, wire.url), ...options.environment };
    const backend = await startBackend(options, environment, plane);
    stops.push(() => backend.close());
    wire.deliver = (webhook) => backend.deliver(webhook);
    const recorder = new RunRecorder(options.showFailures === false ? () => undefined : showFailure);
    recorder.attach(backend.ref);
    const app = new TestApp({ backend, plane, recorder, wire, webhookSecret: simulator.webhookSecret, close });
    if (workspace !== null) await app.install(workspace);
    return app;
  } catch (error) {
    await close();
    throw error;
  }
}

function variablesOf(
  { clientId, clientSecret, webhookSecret }: { clientId: string; clientSecret: string; webhookSecret: string },
  planeUrl: string,
): Record<string, string> {
  return {
    NODE_ENV: 'test',
    PLANE_BASE_URL: planeUrl,
    PLANE_CLIENT_ID: clientId,
    PLANE_CLIENT_SECRET: clientSecret,
    PLANE_WEBHOOK_SECRETS: webhookSecret,
    HANGAR_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
  };
}

async function startBackend(
  { imports = [], providers = [], real = false }: TestAppOptions,
  environment: Readonly<Record<string, string>>,
  plane: TestPlane,
): Promise<Backend> {
  let found: ModuleRef | undefined;
  @Injectable()
  class Probe {
    constructor(ref: ModuleRef) {
      found = ref;
    }
  }
  @Module({ imports: imports as DynamicModule[], providers: [...providers, Probe] })
  class AppUnderTest {}
  const ref = (): ModuleRef => {
    if (!found) throw new Error('the app under test did not start');
    return found;
  };
  // Whole seconds, as in the simulator's settings; most moves are of a millisecond.
  let sent = 0;
  const onMove = async (aheadMs: number): Promise<void> => {
    const clockOffsetSeconds = Math.round(aheadMs / 1000);
    if (clockOffsetSeconds !== sent) await plane.set({ clockOffsetSeconds });
    sent = clockOffsetSeconds;
  };
  const options: BackendOptions = { environment, app: AppUnderTest, ref, onMove };
  if (real) return (await import('./real-backend.js')).RealBackend.start(options);
  const { MemoryBackend } = await import('../memory/memory-backend.js');
  return MemoryBackend.start(options);
}

function showFailure({ handler, event, attempt, error, at }: TestRun): void {
  const place = at === undefined ? '' : `\n    at ${at}`;
  process.stderr.write(`${handler} failed on ${event}, attempt ${attempt}: ${String(error)}${place}\n`);
}
