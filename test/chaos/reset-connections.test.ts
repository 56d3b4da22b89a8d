import { afterEach, describe, expect, it } from '@jest/globals';
import { wrongAnswers } from '../support/answers.js';
import { createTestDatabase } from '../support/database.js';
import { ResettingProxy } from '../support/resetting-proxy.js';
import { STORM, WebhookStorm } from '../support/webhook-storm.js';

describe(`random resets of PostgreSQL connections while ${STORM.count} webhooks arrive`, () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  it('cause no rejected or lost webhook', async () => {
    const database = await createTestDatabase();
    cleanups.unshift(() => database.drop());
    const url = new URL(database.url);
    const proxy = await ResettingProxy.start(Number(url.port));
    cleanups.unshift(() => proxy.stop());
    const storm = await WebhookStorm.prepare(database, Object.assign(url, { port: proxy.port }).href);
    cleanups.unshift(() => storm.stop());
    const { attempts, lost, deadLetters } = await storm.run(async () => {
      await proxy.resetUntil(() => storm.load.isOver);
      return { resets: proxy.count };
    });
    expect(proxy.count).toBeGreaterThan(0);
    expect(wrongAnswers(attempts)).toEqual([]);
    expect([lost, deadLetters]).toEqual([[], 0]);
  });
});
