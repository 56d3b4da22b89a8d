// The built server with tasks and schedules that write down when each of their runs began and ended.
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { OnPlaneEvent, OnSchedule, OnTask } from '../../dist/src/index.js';
import { record, serveWith } from './handler-server.mjs';

/** So that a kill finds some runs under way. */
const RUN_MS = 5;

class Chores {
  async remind(task, { logger }) {
    record('start', task);
    logger.info('reminding');
    await wait(RUN_MS);
    if (task.data?.fail) throw new Error('it always fails');
    record('end', task);
  }

  async sweep(run) {
    record('start', run);
    await wait(RUN_MS);
    record('end', run);
  }

  async digest(run) {
    record('start', run);
    record('end', run);
  }

  /** What a test tells by the title of a work item. */
  async obey({ workItem }, { tasks }) {
    const [word, key] = workItem.name.split(' ');
    if (word === 'cancel') await tasks.cancel(key);
    if (word === 'schedule')
      await tasks.schedule('remind', { secret: 'of the app' }, { after: '1h', key, cancelOn: 'workitem.deleted' });
  }
}

const decorate = (decorator, method) =>
  decorator(Chores.prototype, method, Object.getOwnPropertyDescriptor(Chores.prototype, method));

const options = { concurrency: 50, retryLimit: 0, retryDelaySeconds: 0, backoff: false };
decorate(OnTask('remind', options), 'remind');
// Tests say when they fire: the times themselves do not come while one runs.
decorate(OnSchedule('0 3 29 2 *', options), 'sweep');
decorate(
  OnSchedule('0 8 29 2 *', { ...options, each: 'installation', timeZone: 'Europe/Berlin', spreadSeconds: 0 }),
  'digest',
);
decorate(OnPlaneEvent('workitem.updated'), 'obey');
Injectable()(Chores);
await serveWith(Chores);
