import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import { ConfigService, type ConfigType } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { serverConfig } from './areas/server.config.js';
import { ConfigModule } from './config.module.js';
import { type Environment } from './environment.js';
import { loadConfig, processEnvironment } from './load-config.js';

@Injectable()
class Handler {
  constructor(
    readonly settings: ConfigService,
    @Inject(serverConfig.KEY) readonly server: ConfigType<typeof serverConfig>,
  ) {}
}

@Module({ providers: [Handler] })
class HandlersModule {}

class TestModule {}

async function handlerWith(environment: Environment): Promise<Handler> {
  const imports = [ConfigModule.forRoot(loadConfig(environment)), HandlersModule];
  const context = await NestFactory.createApplicationContext({ module: TestModule, imports }, { logger: false });
  return context.get(Handler, { strict: false });
}

describe('ConfigModule', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hangar-settings-'));
  const directory = process.cwd();
  const keyFile = join(folder, 'model-api-key');
  writeFileSync(keyFile, 'from-file\n');
  afterAll(() => {
    process.chdir(directory);
    rmSync(folder, { recursive: true });
  });

  it('injects an area of the configuration, of each application its own', async () => {
    const handlers = await Promise.all([handlerWith({ PORT: '4000' }), handlerWith({ PORT: '5000' })]);
    expect(handlers.map(({ server }) => server.port)).toEqual([4000, 5000]);
    expect(handlers[0]?.server.publicUrl).toBe('http://localhost:4000');
  });

  it.each<[string, Environment, string]>([
    ['the environment', { MODEL_API_KEY: 'from-environment' }, 'from-environment'],
    ['the file that MODEL_API_KEY_FILE names', { MODEL_API_KEY_FILE: keyFile }, 'from-file'],
  ])('gives a handler a setting of its own from %s', async (_, environment, value) => {
    const { settings } = await handlerWith(environment);
    expect(settings.getOrThrow<string>('MODEL_API_KEY')).toBe(value);
  });

  it('gives a handler a setting of its own from .env in development', async () => {
    writeFileSync(join(folder, '.env'), 'MODEL_API_KEY=from-dotenv\n');
    process.chdir(folder);
    const { settings } = await handlerWith(processEnvironment());
    process.chdir(directory);
    expect(settings.getOrThrow<string>('MODEL_API_KEY')).toBe('from-dotenv');
    expect(process.env).not.toHaveProperty('MODEL_API_KEY');
  });

  it('reports a setting that is missing, or whose file cannot be read', async () => {
    const { settings } = await handlerWith({ MODEL_API_KEY_FILE: join(folder, 'none') });
    expect(() => settings.getOrThrow('MODEL_API_KEY')).toThrow(/MODEL_API_KEY_FILE names a file that cannot be read/);
    expect(() => settings.getOrThrow('OTHER_KEY')).toThrow('"OTHER_KEY" does not exist');
  });

  it('prints no setting', async () => {
    const { settings } = await handlerWith({ MODEL_API_KEY: 'hush', PLANE_WEBHOOK_SECRETS: 'hush' });
    expect(inspect(settings, { depth: 9, showHidden: true }) + JSON.stringify(settings)).not.toContain('hush');
  });
});
