import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from 'hangar/testing';
import { PingHandler } from '../../../src/handlers/ping.handler.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ providers: [PingHandler] });
});
afterAll(() => app.close());

it('answers a member, whichever edition of Plane sends it', async () => {
  for (const shape of ['v1', 'v2', 'ce'] as const) await app.comment('WEB-1', '/ping', { as: 'member', shape });
  expect((await app.plane.comments('WEB-1')).filter(({ text }) => text === 'pong')).toHaveLength(3);
});

it('tries again when Plane fails', async () => {
  await app.plane.failNext({ method: 'POST', status: 503 });
  await app.comment('WEB-2', '/ping');
  expect(await app.plane.comments('WEB-2')).toHaveLength(1);
  await app.clock.advance('1m');
  expect((await app.plane.comments('WEB-2')).at(-1)?.text).toBe('pong');
  expect(app.runs('PingHandler.pong').filter(({ attempt }) => attempt === 2)).toMatchObject([{ outcome: 'handled' }]);
});
