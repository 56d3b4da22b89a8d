import { Injectable, Module, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { ConfigModule } from '../config/config.module.js';
import { loadConfig } from '../config/load-config.js';
import { type PlaneContext } from '../webhooks/discovery/handler-contexts.js';
import { HandlerRegistry } from '../webhooks/discovery/handler.registry.js';
import { HandlersDiscoveryModule } from '../webhooks/discovery/handlers-discovery.module.js';
import { OnSchedule } from './on-schedule.decorator.js';
import { OnTask } from './on-task.decorator.js';
import { type ScheduleOptions, type ScheduledRun, type Task } from './task.js';
import { TaskExplorer } from './task.explorer.js';
import { TaskRegistry } from './task.registry.js';

@Injectable()
class Reminders {
  @OnTask('remind', { retryLimit: 2 })
  remind(task: Task<{ text: string }>, { workspace }: PlaneContext): string {
    return task.data.text + workspace.slug;
  }

  @OnSchedule('0 8 * * 1-5', { each: 'installation', timeZone: 'Europe/Berlin', concurrency: 2 })
  digest({ scheduledAt }: ScheduledRun, { workspace }: PlaneContext): string {
    return workspace.slug + scheduledAt.toISOString();
  }
}

function scheduled(cron: string, options: ScheduleOptions = {}): Type {
  @Injectable()
  class Wrong {
    @OnSchedule(cron, options as { each: 'installation' })
    run(): void {
      // Never called.
    }
  }
  return Wrong;
}

function named(name: string): Type {
  @Injectable()
  class Other {
    @OnTask(name)
    run(): void {
      // Never called.
    }
  }
  return Other;
}

/** Starts an application with these providers. */
async function start(...providers: Type[]) {
  @Module({
    imports: [ConfigModule.forRoot(loadConfig({})), DiscoveryModule, HandlersDiscoveryModule],
    providers: [TaskRegistry, TaskExplorer, ...providers],
  })
  class App {}
  return NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
}

describe('tasks and schedules', () => {
  it('are handlers with options and queues like others', async () => {
    const app = await start(Reminders);
    expect(app.get(HandlerRegistry).all()).toMatchObject([
      { kind: 'task', id: 'Reminders.remind', pattern: 'task remind', options: { retryLimit: 2, concurrency: 5 } },
      {
        kind: 'task',
        id: 'Reminders.digest',
        pattern: 'schedule 0 8 * * 1-5 Europe/Berlin',
        options: { concurrency: 2 },
      },
    ]);
    expect(app.get(TaskRegistry).taskNames()).toEqual(['remind']);
    expect(app.get(TaskRegistry).schedules()).toMatchObject([
      { cron: '0 8 * * 1-5', timeZone: 'Europe/Berlin', eachInstallation: true, spreadSeconds: 300 },
    ]);
    await app.close();
  });

  it.each([
    ['an invalid expression', scheduled('61 8 * * *'), 'Wrong.run cannot be used: "61 8 * * *" is no cron expression'],
    ['an unknown time zone', scheduled('0 8 * * *', { timeZone: 'Mars/Phobos' }), 'timeZone is "Mars/Phobos"'],
    [
      'a spread below 0',
      scheduled('0 8 * * *', { spreadSeconds: -1 }),
      'spreadSeconds must be a number from 0 to 86400',
    ],
    ['an option out of range', scheduled('0 8 * * *', { retryLimit: -1 }), 'retryLimit must be a whole number'],
    ['a name with a slash', named('a/b'), `the task's name "a/b" may contain letters`],
    ['a name that is taken', named('remind'), 'Reminders.remind and Other.run both have @OnTask("remind")'],
  ])('with %s fail the start, which names the method and the problem', async (_, host, message) => {
    await expect(start(Reminders, host)).rejects.toThrow(message);
  });
});
