// A replica with the schedule of tokens, its durations scaled, that also uses tokens as handlers do: says "ready",
// works until a line comes in, then says what it saw.
import 'reflect-metadata';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../../dist/src/config/config.module.js';
import { loadConfig } from '../../dist/src/config/load-config.js';
import { DatabaseModule } from '../../dist/src/database/database.module.js';
import { InstallationsModule } from '../../dist/src/installations/installations.module.js';
import { TokenScheduleModule } from '../../dist/src/tokens/token-schedule.module.js';
import { TokensModule } from '../../dist/src/tokens/tokens.module.js';
import { TokensService } from '../../dist/src/tokens/tokens.service.js';
import { TokenTiming } from '../../dist/src/tokens/token-timing.js';

const lines = createInterface({ input: process.stdin });
const [plan] = await once(lines, 'line');
const { scale, renewalsPerSecond, callsPerSecond, installations: ids } = JSON.parse(plan);
const config = loadConfig(process.env);

class Replica {}
const imports = [
  ConfigModule.forRoot(config),
  DatabaseModule,
  InstallationsModule,
  TokensModule,
  TokenScheduleModule,
];
const context = await NestFactory.createApplicationContext({ module: Replica, imports }, { logger: false });
const timing = context.get(TokenTiming);
timing.shortestBackoffSeconds /= scale;
timing.longestBackoffSeconds /= scale;
timing.longestPauseMs /= scale;
timing.outagePauseMs /= scale;
timing.renewalsPerSecond = renewalsPerSecond;

const tokens = context.get(TokensService);
const seen = { calls: 0, refused: 0, failed: 0 };

async function call() {
  const id = ids[Math.floor(Math.random() * ids.length)];
  try {
    const token = await tokens.accessTokenFor({ id, baseUrl: config.planeBaseUrl });
    const { status } = await fetch(`${config.planeBaseUrl}/api/v1/users/me/`, {
      headers: { authorization: `Bearer ${token.reveal()}` },
    });
    seen.calls += 1;
    if (status === 401) seen.refused += 1;
  } catch (error) {
    seen.failed += 1;
    console.error(error.message);
  }
}

console.log('ready');
const stop = new AbortController();
lines.once('line', () => stop.abort());
const calls = [];
while (!stop.signal.aborted) {
  calls.push(call());
  await wait(1000 / callsPerSecond);
}
await Promise.all(calls);
console.log(JSON.stringify(seen));
lines.close();
await context.close();
