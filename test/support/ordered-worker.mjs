// A process that handles events in the order of their entities, some of them badly: says "ready", appends a line a
// run to the file that it is given, works until it is told to end.
import 'reflect-metadata';
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../../dist/src/config/config.module.js';
import { loadConfig } from '../../dist/src/config/load-config.js';
import { DataSourceModule } from '../../dist/src/database/database.module.js';
import { DoNotRetry, OnPlaneEvent, RetryLater } from '../../dist/src/index.js';
import { DispatchModule } from '../../dist/src/webhooks/dispatch/dispatch.module.js';

const [, , file] = process.argv;

/** What an update says of itself decides how its first runs end. */
function misbehave({ number }, attempt) {
  if (number % 37 === 5) throw new DoNotRetry('never');
  if (attempt > 1) return;
  if (number % 29 === 3) throw new Error('once');
  if (number % 31 === 7) throw new RetryLater(1);
}

let later = new Set();

class Ordered {
  async run(event, context) {
    const { entityId, data } = event;
    const again = later.has(event.id) ? 2 : context.delivery.attempt;
    const line = (what) => appendFileSync(file, `${JSON.stringify([what, entityId, data.number, Date.now()])}\n`);
    line('start');
    await wait(Math.random() * 3);
    line('end');
    later.add(event.id);
    misbehave(data, again);
    line('done');
  }
}
const options = { order: 'entity', retryLimit: 2, retryDelaySeconds: 1, backoff: false, concurrency: 10 };
OnPlaneEvent('workitem.updated', options)(
  Ordered.prototype,
  'run',
  Object.getOwnPropertyDescriptor(Ordered.prototype, 'run'),
);
Injectable()(Ordered);

class OrderedModule {}
Module({ providers: [Ordered] })(OrderedModule);

class Worker {}
const imports = [
  ConfigModule.forRoot(loadConfig(process.env)),
  DataSourceModule.asDefault(),
  DispatchModule,
  OrderedModule,
];
const context = await NestFactory.createApplicationContext({ module: Worker, imports }, { logger: false });
context.enableShutdownHooks();
console.log('ready');
