import { type INestApplicationContext, type ModuleMetadata } from '@nestjs/common';
import { type ModulesContainer, NestFactory } from '@nestjs/core';
import { dataSourceModules } from '../app.module.js';
import { ConfigModule } from '../config/config.module.js';
import { processEnvironment } from '../config/load-config.js';
import { openDatabase } from '../database/open-database.js';
import { requireApp } from '../server/find-app.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { ClientsModule } from '../webhooks/clients/clients.module.js';
import { startTracing } from '../observability/tracing/start-tracing.js';

class CommandModule {}

/** Runs a command with services of the application, beside a server that may be running; closes everything after. */
export async function withServices(
  modules: NonNullable<ModuleMetadata['imports']>,
  run: (context: INestApplicationContext) => Promise<void>,
  host?: ModulesContainer,
): Promise<void> {
  const database = await openDatabase(processEnvironment(), false);
  const stopTracing = await startTracing(database.config);
  try {
    const imports = [ConfigModule.forRoot(database.config), ...dataSourceModules(host), ...modules];
    const options = { logger: false, abortOnError: false } as const;
    const context = await NestFactory.createApplicationContext({ module: CommandModule, imports }, options);
    try {
      await run(context);
    } finally {
      await context.close();
    }
  } finally {
    await stopTracing();
    await database.close();
  }
}

/** {@link withServices} with the modules of the app too, and what they may inject, for commands that must know its handlers. */
export async function withApp(
  modules: NonNullable<ModuleMetadata['imports']>,
  run: (context: INestApplicationContext) => Promise<void>,
): Promise<void> {
  const { imports, host } = await requireApp();
  await withServices([...modules, TasksModule, ClientsModule, ...imports], run, host);
}
