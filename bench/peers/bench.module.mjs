import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { OnPlaneEvent } from '../../dist/src/index.js';
import { monotonicMs } from '../clock.mjs';

/** Above the numbers of a run's bodies; pages that are never written take no memory. */
const MOST_EVENTS = 1_000_000;
const HANDLER_MS = Number(process.env.BENCH_HANDLER_MS ?? 0);

const handledAt = new Float64Array(MOST_EVENTS);
let handled = 0;

/** How many events were handled. */
export function handledCount() {
  return handled;
}

/** When the events with these numbers were handled first, ms on the clock of all processes; 0 for not yet. */
export function handledTimes({ first, count }) {
  return handledAt.slice(first, first + count);
}

/** Takes note of the time, and waits where the bench wants a slow handler. */
class BenchHandler {
  async run(event) {
    const sequence = Number(event.data.sequence_id);
    if (handledAt[sequence] === 0) {
      handledAt[sequence] = monotonicMs();
      handled += 1;
    }
    if (HANDLER_MS > 0) await wait(HANDLER_MS);
  }
}
OnPlaneEvent('workitem.updated', { concurrency: 20 })(
  BenchHandler.prototype,
  'run',
  Object.getOwnPropertyDescriptor(BenchHandler.prototype, 'run'),
);
Injectable()(BenchHandler);

/** The app's own code, as far as the bench needs one. */
export class BenchModule {}
Module({ providers: [BenchHandler] })(BenchModule);
