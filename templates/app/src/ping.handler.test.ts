import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, eventOf, fakeContext, type TestApp } from 'hangar/testing';
import { AppModule } from './app.module.js';
import { PingHandler } from './ping.handler.js';

let app: TestApp;
before(async () => {
  app = await createTestApp({ imports: [AppModule] });
});
after(() => app.close());

test('answers /ping with pong', async () => {
  await app.comment('WEB-1', '/ping');
  const comments = await app.plane.comments('WEB-1');
  assert.equal(comments.at(-1)?.text, 'pong');
});

test('answers no other comment', async () => {
  const context = fakeContext();
  await new PingHandler().pong(eventOf('workitem.comment.created', { comment: { text: 'ping?' } }), context);
  assert.deepEqual(context.calls, []);
});
