// A process of its own that asks for tokens: says "ready", waits for a line, then calls for every user at once.
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../../dist/src/config/config.module.js';
import { loadConfig } from '../../dist/src/config/load-config.js';
import { DataSourceModule } from '../../dist/src/database/database.module.js';
import { TokensModule } from '../../dist/src/tokens/tokens.module.js';
import { TokenTiming } from '../../dist/src/tokens/token-timing.js';
import { TokensService } from '../../dist/src/tokens/tokens.service.js';

const users = process.argv[2].split(',');
const callers = Number(process.argv[3]);

class Callers {}
const imports = [ConfigModule.forRoot(loadConfig(process.env)), DataSourceModule.asDefault(), TokensModule];
const context = await NestFactory.createApplicationContext({ module: Callers, imports }, { logger: false });
// A slow machine takes its time.
Object.assign(context.get(TokenTiming), { timeoutMs: 600_000, leaseSeconds: 600 });
const tokens = context.get(TokensService);
const lines = createInterface({ input: process.stdin });
console.log('ready');
await new Promise((resolve) => lines.once('line', resolve));

const hash = (text) => createHash('sha256').update(text).digest('hex');
const ask = async (user) => {
  try {
    return { user, token: hash((await tokens.accessToken({ planeUserId: user })).reveal()) };
  } catch (error) {
    return { user, error: error.message };
  }
};
const answers = await Promise.all(Array.from({ length: callers }, (_, index) => ask(users[index % users.length])));
const distinct = [...new Set(answers.map((answer) => JSON.stringify(answer)))].map((text) => JSON.parse(text));
console.log(JSON.stringify({ answers: answers.length, distinct }));
lines.close();
await context.close();
