import { eventOf, type TestApp } from 'hangar/testing';

/** What a scenario of the kit leaves behind, without what differs by machine and moment. */
export interface Left {
  readonly runs: readonly string[];
  readonly comments: readonly string[];
  readonly calls: readonly string[];
  readonly deadLetters: readonly string[];
  readonly answers: readonly unknown[];
}

type Scenario = (app: TestApp) => Promise<unknown>;

/** What tests of apps do with `createTestApp`, by name. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a comment in each shape': async (app) => {
    for (const shape of ['v1', 'v2', 'ce'] as const) await app.comment('WEB-1', '/ping', { as: 'member', shape });
  },
  'retries until it succeeds': async (app) => {
    await app.comment('WEB-2', '/twice');
    await app.clock.advance('2h');
  },
  'retries that end in a dead letter': async (app) => {
    await app.comment('WEB-1', '/fail');
    await app.clock.advance('2h');
  },
  'a handler that gives up': (app) => app.comment('WEB-1', '/never'),
  'a handler that asks to run later': async (app) => {
    await app.comment('WEB-1', '/later');
    await app.clock.advance('59m');
    const before = app.runs('KitHandlers.reply').length;
    await app.clock.advance('2m');
    return [before];
  },
  'a run that the test lets fail': async (app) => {
    app.failNext('KitHandlers.reply');
    await app.comment('WEB-1', '/ping');
    await app.clock.advance('1m');
  },
  'a call to Plane that fails': async (app) => {
    await app.plane.failNext({ method: 'POST', status: 503 });
    await app.comment('WEB-1', '/ping');
    await app.clock.advance('1m');
  },
  'values that are stored, and work that is done once': async (app) => {
    await app.comment('WEB-1', '/count');
    await app.comment('WEB-1', '/count');
  },
  'a call for what Plane does not have': async (app) => {
    await app.comment('WEB-1', '/project');
  },
  'more calls than Plane allows in a minute': async (app) => {
    await app.comment('WEB-1', '/many');
  },
  'updates of a work item in order, with a retry in between': async (app) => {
    for (const priority of ['high', 'low', 'medium']) await app.change('WEB-1', { priority });
    await app.clock.advance('10s');
  },
  'updates that become one': async (app) => {
    await app.change('WEB-2', { priority: 'high' });
    await app.change('WEB-2', { name: 'B' });
    await app.clock.advance('2m');
  },
  'the same webhook twice': async (app) => {
    await app.comment('WEB-1', '/ping');
    return [(await app.redeliver()).body.status];
  },
  'an event that the test sends': async (app) => {
    const event = eventOf('workitem.comment.created', { comment: { text: '/ping' }, shape: 'ce' });
    const answers = [await app.send(event), await app.send(event)];
    return answers.map(({ status, body }) => [status, body.status]);
  },
  'an uninstall and an install': async (app) => {
    await app.uninstall();
    const answer = await app.send(eventOf('workitem.comment.created', { comment: { text: '/ping' } }));
    await app.install();
    return [answer.status];
  },
  'a workspace where the app is installed later': async (app) => {
    const workspaceId = (await app.plane.workItem('DOCK-1')).workspaceId;
    const { id } = await app.plane.workItem('DOCK-1');
    const answer = await app.send(
      eventOf('workitem.comment.created', { workspaceId, comment: { text: '/ping' }, workItem: { id } }),
    );
    await app.install('harbour');
    return [answer.body.status];
  },
  'a webhook that Plane did not sign': async (app) => {
    const event = eventOf('workitem.created');
    const answer = await fetch(`${app.plane.appUrl}/webhooks/plane`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-plane-signature': '0'.repeat(64) },
      body: JSON.stringify(event.raw),
    });
    return [answer.status];
  },
};

/** Runs a scenario and says what it left. */
export async function leftBy(app: TestApp, scenario: Scenario): Promise<Left> {
  const [runs, calls] = [app.runs().length, app.plane.calls().length];
  const comments = (await app.plane.comments()).length;
  const letters = (await app.deadLetters()).length;
  const answers = await scenario(app);
  // What the scenario has begun ends in it.
  await app.clock.advance('3h');
  await app.settled();
  return {
    // Sorted: what Plane sends of a run's own comment may be skipped before that run has ended.
    runs: app
      .runs()
      .slice(runs)
      .map(
        ({ handler, event, attempt, outcome, reason }) =>
          `${handler} ${event} ${attempt} ${outcome} ${reasonOf(reason)}`,
      )
      .toSorted(),
    comments: (await app.plane.comments()).slice(comments).map(({ workItem, text }) => `${workItem} ${text}`),
    calls: app.plane
      .calls()
      .slice(calls)
      .map(({ method, path, status }) => `${method} ${path} ${status}`),
    deadLetters: (await app.deadLetters()).slice(letters).map(({ handler }) => handler),
    answers: Array.isArray(answers) ? answers : [],
  };
}

/** Without the seconds until a reset, which depend on how long the calls took. */
function reasonOf(reason = ''): string {
  return reason.replace(/^delayed by \d\d s/, 'delayed');
}
