import { expect, it } from '@jest/globals';
import { eventOf, fakeContext } from 'hangar/testing';
import { PingHandler } from '../../../src/handlers/ping.handler.js';

it('answers /ping with pong', async () => {
  const event = eventOf('workitem.comment.created', { comment: { text: '/ping' } });
  const context = fakeContext();
  await new PingHandler().pong(event, context);
  expect(context.calls).toEqual([
    {
      method: 'workItems.comments.create',
      args: ['sandbox', expect.any(String), event.workItem.id, { comment_html: '<p>pong</p>' }],
    },
  ]);
});
