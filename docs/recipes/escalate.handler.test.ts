import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from 'hangar/testing';
import { EscalateHandler } from './escalate.handler.js';

const PERSON = '5d0b1a52-3c4f-4c5e-9d0e-2b6f0a7c1e11';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ providers: [EscalateHandler] });
});
afterAll(() => app.close());

it('labels the work item once, and mentions the person', async () => {
  for (const reason of ['the customer waits', 'still']) await app.comment('WEB-1', `/escalate @${PERSON} ${reason}`);
  const calls = app.plane.calls().map(({ method, path }) => `${method} ${path.replace(/^.*\/projects\/[^/]+/, '')}`);
  expect(calls.filter((call) => call === 'POST /labels/')).toHaveLength(1);
  const texts = (await app.plane.comments('WEB-1')).map(({ html }) => html);
  expect(texts.filter((html) => html.includes(`entity_identifier="${PERSON}"`))).toHaveLength(2);
  expect(texts.at(-1)).toContain('please look: still');
});

it('answers a wrong command with what is wrong', async () => {
  await app.comment('WEB-2', '/escalate anyone');
  expect((await app.plane.comments('WEB-2')).at(-1)?.text).toContain('a mention of a person');
});
