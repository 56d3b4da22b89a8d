// An app of its own with a method of each kind, each of which calls the Plane of its run and then writes down its kind and
// connection. Calls to Plane do not time out: one that hangs keeps its place for as long as the test wants.
import { appendFileSync, openSync } from 'node:fs';
import { Inject, Injectable, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { DataSource } from 'typeorm';
import {
  OnAgentPrompt,
  OnLifecycleEvent,
  OnPlaneEvent,
  OnTask,
  PlaneClients,
  runHangar,
} from '../../dist/src/index.js';
import { LifecycleEventsService } from '../../dist/src/lifecycle/lifecycle-events.service.js';
import { PlaneTiming } from '../../dist/src/plane/plane-timing.js';

const LONG_SECONDS = 3600;
/** More than there are connections: each is to keep a place. */
const OPTIONS = { concurrency: 4, timeoutSeconds: LONG_SECONDS };

const file = openSync(process.env.RECORD_FILE, 'a');

async function call(kind, plane, { connectionId }) {
  await plane.users.me();
  appendFileSync(file, `${kind} ${connectionId}\n`);
}

/** By the first word of a prompt. */
const WORK = {
  call: async (session, { plane, installation }) => {
    await call('turn', plane, installation);
    return `answered on ${installation.connectionId}`;
  },
  hold: async ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  permitted: async (session, { planeAs }) => {
    const user = await session.authorize();
    return `permitted ${(await planeAs(user).users.me()).id === user}`;
  },
  /** As the user outside of a run, by the app of the run's connection, and by that of a connection that is not named. */
  outside: async ({ prompt: { actorId } }, { installation: { connectionId: connection } }, clients) => {
    const me = await clients.forUser(actorId, { connection }).users.me();
    const unnamed = await clients
      .forUser(actorId)
      .users.me()
      .catch(({ code }) => code);
    return `outside ${me.id === actorId} ${unnamed}`;
  },
};

class App {
  constructor(modules, clients) {
    this.modules = modules;
    this.clients = clients;
  }

  onModuleInit() {
    this.modules.get(PlaneTiming, { strict: false }).requestMs = LONG_SECONDS * 1000;
  }

  async event({ comment }, { plane, installation }) {
    if (comment.text.trim() === 'event') await call('event', plane, installation);
  }

  /** A comment starts as many tasks, or publishes as many lifecycle events, as its number says. */
  async order({ comment }, { tasks, installation }) {
    const [word, count] = comment.text.trim().split(' ');
    const lifecycle = this.modules.get(LifecycleEventsService, { strict: false });
    const notice = { name: 'installation.added', installationId: installation.id };
    for (let n = 0; n < Number(count ?? 0); n += 1)
      if (word === 'task') await tasks.schedule('chore', {}, { after: 0 });
      else
        await this.modules
          .get(DataSource, { strict: false })
          .transaction((transaction) => lifecycle.publish(transaction, notice));
  }

  async chore(_task, { plane, installation }) {
    await call('task', plane, installation);
  }

  async added({ installation }, { planeIn }) {
    await call('lifecycle', planeIn(installation), installation);
  }

  async answer(session, context) {
    const [word] = session.prompt.text.replace(/^@\S+\s+/, '').split(' ');
    return WORK[word]?.(session, context, this.clients);
  }
}

const { prototype } = App;
const decorate = (decorator, method) =>
  decorator(prototype, method, Object.getOwnPropertyDescriptor(prototype, method));

decorate(OnPlaneEvent('workitem.comment.created', OPTIONS), 'event');
decorate(OnPlaneEvent('workitem.comment.created'), 'order');
decorate(OnTask('chore', OPTIONS), 'chore');
decorate(OnLifecycleEvent('installation.added', OPTIONS), 'added');
decorate(OnAgentPrompt({ acknowledge: 'On it.', concurrency: OPTIONS.concurrency }), 'answer');
Inject(ModuleRef)(App, undefined, 0);
Inject(PlaneClients)(App, undefined, 1);
Injectable()(App);

class AppModule {}
Module({ providers: [App] })(AppModule);

await runHangar({ imports: [AppModule] });
