// A replica with the schedule of tokens, for a test that moves the time in steps; it also uses tokens as handlers do. Takes
// a plan as its first line, says "ready"; at each further line looks at what is due, uses tokens, and says what it saw; ends when its input does.
import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { NestFactory } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { ConfigModule } from '../../dist/src/config/config.module.js';
import { loadConfig } from '../../dist/src/config/load-config.js';
import { DataSourceModule } from '../../dist/src/database/database.module.js';
import { InstallationsModule } from '../../dist/src/installations/installations.module.js';
import { TokenRefreshJobModule } from '../../dist/src/tokens/token-refresh-job.module.js';
import { TokenRefreshJob } from '../../dist/src/tokens/token-refresh.job.js';
import { TokensModule } from '../../dist/src/tokens/tokens.module.js';
import { TokensService } from '../../dist/src/tokens/tokens.service.js';
import { TokenTiming } from '../../dist/src/tokens/token-timing.js';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const [ids, refreshesPerSecond, callsPerStep] = JSON.parse((await lines.next()).value);
const config = loadConfig(process.env);

class Replica {}
const imports = [
  ConfigModule.forRoot(config),
  DataSourceModule.asDefault(),
  InstallationsModule,
  TokensModule,
  TokenRefreshJobModule,
];
const context = await NestFactory.createApplicationContext({ module: Replica, imports }, { logger: false });
const registry = context.get(SchedulerRegistry, { strict: false });
for (const name of registry.getIntervals()) registry.deleteInterval(name);
// What is in memory does not notice the steps, and a slow machine takes its time over each.
Object.assign(context.get(TokenTiming), {
  cacheMs: 0,
  leaseSeconds: 86_400,
  timeoutMs: 600_000,
  refreshesPerSecond,
});
const [tokens, schedule] = [context.get(TokensService), context.get(TokenRefreshJob)];

async function call() {
  const id = ids[Math.floor(Math.random() * ids.length)];
  try {
    const token = await tokens.accessToken({ id, baseUrl: config.planeBaseUrl });
    const { status } = await fetch(`${config.planeBaseUrl}/api/v1/users/me/`, {
      headers: { authorization: `Bearer ${token.reveal()}` },
    });
    return status;
  } catch (error) {
    return error.message;
  }
}

console.log('ready');
for await (const _line of lines) {
  const began = performance.now();
  const used = Promise.all(Array.from({ length: callsPerStep }, call));
  await schedule.run();
  const ms = performance.now() - began;
  console.log(JSON.stringify({ ms, answers: await used }));
}
await context.close();
