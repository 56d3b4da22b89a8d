// The built server with an agent that does what its prompt says. It writes down each call of its method, and waits where
// the test is to release it.
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { HandlersModule } from '../../dist/src/handlers/handlers.module.js';
import { forgetDeclaredHandlers } from '../../dist/src/webhooks/discovery/declared-handlers.js';
import { DoNotRetry, OnAgentPrompt, OnPlaneEvent } from '../../dist/src/index.js';

const STEP_MS = 20;
const folder = process.env.AGENT_FOLDER;

const record = (line) => appendFileSync(`${folder}/calls`, `${JSON.stringify(line)}\n`);
const released = async (name, signal) => {
  while (!existsSync(`${folder}/release-${name}`)) await wait(STEP_MS, undefined, { signal });
};
async function* chunks(words) {
  for (const word of words) {
    await wait(1);
    yield `${word} `;
  }
}

/** By the first word of a prompt; the second names what the test releases. */
const WORK = {
  echo: async (session, name) => `echo ${name}`,
  held: async (session, name) => {
    await released(name, session.signal);
    return `held ${name}`;
  },
  show: async (session, name) => {
    await session.thought('one');
    await session.thought('two');
    await session.action('search', { step: 1 }, 'found');
    await released(name, session.signal);
    return `shown ${name}`;
  },
  merge: async (session, name) => {
    await released(name, session.signal);
    const added = await session.newPrompts();
    return `merged ${[session.prompt, ...added].map(({ text }) => text).join(' + ')}`;
  },
  twice: async (session) => {
    await session.respond('first');
    const second = await session.respond('second').catch((error) => error.code);
    record({ second });
  },
  resume: async (session, name) => {
    if (session.state) return `step ${session.state.step} in attempt ${session.attempt}`;
    await session.save({ step: 7 });
    record({ saved: session.prompt.id });
    await released(name, session.signal);
    return 'not resumed';
  },
  flaky: async (session) => {
    await session.save({ step: (session.state?.step ?? 0) + 1 });
    if (session.attempt === 1) throw new Error('the first attempt fails');
    return `step ${session.state.step} in attempt ${session.attempt}`;
  },
  answers: async (session) => {
    await session.respond('answered before the end');
    record({ answered: session.prompt.id });
    await released('never', session.signal);
  },
  ask: async (session) => session.ask('Which one?', { options: [{ id: 'a', label: 'A' }] }),
  fail: async (session) => session.fail('I cannot do that.', { retryable: false }),
  history: async (session) => JSON.stringify((await session.history()).map(({ role, text }) => [role, text])),
  stream: async (session, name, words) => void (await session.stream(chunks(words))),
  fails: async (session, name) => {
    if (!existsSync(`${folder}/release-${name}`)) throw new Error(`${name} is not there`);
    return `found ${name}`;
  },
  never: async (session, name) => {
    throw new DoNotRetry(`no ${name}`);
  },
  watch: async (session, name) => {
    await released(name, session.signal).catch(() => undefined);
    const refused = await session.thought('still here').catch((error) => error.code);
    record({ aborted: session.prompt.id, refused });
    return 'too late';
  },
  deaf: async (session, name) => {
    await released(name);
    return `deaf ${name}`;
  },
  steps: async (session, name, [seconds]) => {
    for (let step = session.state?.step ?? 0; step < 2 * Number(seconds); step += 1) {
      await session.action('step', { step });
      await wait(500, undefined, { signal: session.signal });
      await session.save({ step: step + 1 });
    }
    return `done ${name}`;
  },
  lastword: async (session, name) => {
    await released(name, session.signal).catch(() => undefined);
    return session.stopped ? `halfway ${name}` : `done ${name}`;
  },
  permitted: async (session, name, words, context) => {
    const user = await session.authorize();
    const me = await context.planeAs(user).users.me();
    return `permitted ${me.id === user}`;
  },
  subject: async (session, name, words, context) => {
    const me = await context.planeAsSubject(name).users.me();
    return `permitted as ${me.id}`;
  },
  calls: async (session, name, words, context) => {
    const error = await context.plane.users.me().catch((thrown) => thrown);
    const later = await context.plane.users.me().then(
      ({ id }) => id !== undefined,
      () => false,
    );
    record({ interrupted: error.kind, later });
    return `said after ${error.kind}`;
  },
  nothing: async () => {},
};

class Helper {
  async answer(session, context) {
    const { prompt, attempt, run } = session;
    record({ prompt: prompt.id, text: prompt.text, attempt, run: run.id, pid: process.pid });
    const [kind = '', name = '', ...words] = prompt.text.replace(/^@\S+\s+/, '').split(' ');
    return WORK[kind]?.(session, name, words, context) ?? 'unknown';
  }
}

const method = Object.getOwnPropertyDescriptor(Helper.prototype, 'answer');
const concurrency = Number(process.env.AGENT_CONCURRENCY ?? 20);
OnAgentPrompt({
  acknowledge: 'On it.',
  onStop: 'I have stopped.',
  concurrency,
  stopGraceSeconds: Number(process.env.AGENT_GRACE ?? 10),
})(Helper.prototype, 'answer', method);
Injectable()(Helper);

/** Other work of the app, of which each piece takes a slot until the test releases it. */
class Busy {
  async run(event, { signal }) {
    await released('busy', signal);
  }
}

const run = Object.getOwnPropertyDescriptor(Busy.prototype, 'run');
OnPlaneEvent('workitem.updated', { concurrency: 5, timeoutSeconds: 3600 })(Busy.prototype, 'run', run);
Injectable()(Busy);

Module({ providers: [Helper, Busy] })(HandlersModule);
forgetDeclaredHandlers(); // those of src/handlers are in no module now
await import('../../dist/src/main.js');
