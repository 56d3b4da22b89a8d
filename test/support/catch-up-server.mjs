// The built server with handlers that receive recovered changes, refuse them, or leave the app's own alone; each writes what it
// received. Checks of installations start as soon as they are due.
import { appendFileSync, openSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CatchUpScheduleJob } from '../../dist/src/catch-up/catch-up-schedule.job.js';
import { handler, serveWith } from './handler-server.mjs';

const TICK_MS = 200;
const file = openSync(process.env.RECORD_FILE, 'a');

/** One line an event, written at once. */
function note(handledBy, event) {
  const { id, name, source, entityId, workItem, raw, actor, changes } = event;
  const about = { entity: workItem?.id ?? entityId, at: raw.occurred_at ?? null, actor: actor?.id ?? null };
  const line = { handledBy, id, name, source, ...about, fields: Object.keys(changes) };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

class Takes {
  run(event) {
    note('takes', event);
  }
}

class Refuses {
  run(event) {
    note('refuses', event);
  }
}

class OfOthers {
  run(event) {
    note('others', event);
  }
}

/** The product looks twice a minute for what is due. */
class EagerSchedule {
  constructor(modules) {
    this.modules = modules;
  }

  onApplicationBootstrap() {
    const job = this.modules.get(CatchUpScheduleJob, { strict: false });
    setInterval(() => void job.tick(), TICK_MS).unref();
  }
}
Inject(ModuleRef)(EagerSchedule, undefined, 0);
Injectable()(EagerSchedule);

const options = { order: 'entity', includeSelf: true };
await serveWith(
  handler(Takes, '**', options),
  handler(Refuses, '**', { ...options, catchUp: false }),
  handler(OfOthers, '**', { order: 'entity' }),
  EagerSchedule,
);
