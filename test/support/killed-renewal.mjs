// A process of its own that renews one user's token and kills itself, with SIGKILL, at one point of that:
// says "ready", and begins when a line comes in.
import 'reflect-metadata';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../../dist/src/config/config.module.js';
import { loadConfig } from '../../dist/src/config/load-config.js';
import { DataSourceModule } from '../../dist/src/database/database.module.js';
import { PlaneModule } from '../../dist/src/plane/plane.module.js';
import { PlaneOAuthService } from '../../dist/src/plane/plane-oauth.service.js';
import { TokensModule } from '../../dist/src/tokens/tokens.module.js';
import { TokensRepository } from '../../dist/src/tokens/tokens.repository.js';
import { TokensService } from '../../dist/src/tokens/tokens.service.js';

const [user, point] = process.argv.slice(2);
const LONGEST_CALL_MS = 8;

class Victim {}
const imports = [
  ConfigModule.forRoot(loadConfig(process.env)),
  DataSourceModule.asDefault(),
  PlaneModule,
  TokensModule,
];
const context = await NestFactory.createApplicationContext({ module: Victim, imports }, { logger: false });
const tokens = context.get(TokensService);
const repository = context.get(TokensRepository);
const plane = context.get(PlaneOAuthService);

const die = () => process.kill(process.pid, 'SIGKILL');
/** Kills the process before or after a method's work. */
function killAround(target, method, when) {
  const work = target[method].bind(target);
  target[method] = async (...args) => {
    if (when === 'before') die();
    const result = await work(...args);
    die();
    return result;
  };
}
const POINTS = {
  'before the journal': () => killAround(repository, 'lease', 'before'),
  'after the journal': () => killAround(repository, 'lease', 'after'),
  'during the call': () => {
    const refresh = plane.refresh.bind(plane);
    plane.refresh = async (token) => {
      setTimeout(die, Math.random() * LONGEST_CALL_MS);
      await refresh(token);
      return new Promise(() => {});
    };
  },
  "after Plane's answer": () => killAround(plane, 'refresh', 'after'),
  'before the commit': () => killAround(repository, 'complete', 'before'),
  'after the commit': () => killAround(repository, 'complete', 'after'),
};

const current = await tokens.accessToken({ planeUserId: user });
POINTS[point]();
const lines = createInterface({ input: process.stdin });
console.log('ready');
await once(lines, 'line');
await tokens.accessToken({ planeUserId: user }, current);
throw new Error('it should have died');
