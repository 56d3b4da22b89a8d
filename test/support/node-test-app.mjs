import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PingHandler } from '../../dist/src/handlers/ping.handler.js';
import { createTestApp } from '../../dist/src/testing/index.js';

await test('answers /ping', async () => {
  const app = await createTestApp({ providers: [PingHandler] });
  await app.comment('WEB-1', '/ping', { as: 'member', shape: 'ce' });
  const comments = await app.plane.comments('WEB-1');
  await app.close();
  assert.deepEqual(
    comments.map(({ text }) => text),
    ['/ping', 'pong'],
  );
});
