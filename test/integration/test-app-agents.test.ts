import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { type AgentSession, OnAgentPrompt } from 'hangar';
import { createTestApp, type TestApp } from 'hangar/testing';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

@Injectable()
class Helper {
  @OnAgentPrompt({ acknowledge: 'Looking into it.', onStop: 'Stopped.' })
  async answer(session: AgentSession): Promise<string> {
    if (!session.prompt.text.includes('long')) return `You wrote: ${session.prompt.text.replace(/^@\S+ /, '')}`;
    await new Promise((_, reject) => session.signal.addEventListener('abort', () => reject(session.signal.reason)));
    return 'never';
  }
}

describe('an app with an agent, on PostgreSQL', () => {
  let database: TestDatabase;
  let app: TestApp;
  const texts = async (): Promise<string[]> => (await app.plane.comments('WEB-1')).map(({ text }) => text);

  beforeAll(async () => {
    database = await createTestDatabase();
    const environment = { DATABASE_URL: database.url };
    app = await createTestApp({ providers: [Helper], real: true, environment });
  });
  afterAll(async () => {
    await app?.close();
    await database.drop();
  });

  it('answers a mention and the prompts that follow', async () => {
    const { id } = await app.mention('WEB-1', 'how many?');
    await until('the answer', async () => (await texts()).includes('You wrote: how many?'));
    await app.prompt(id, 'and now?', { as: 'member' });
    await until('the next answer', async () => (await texts()).includes('You wrote: and now?'));
    expect(app.runs('Helper.answer')).toMatchObject([{ outcome: 'handled' }, { outcome: 'handled' }]);
  });

  it('stops when the user says so', async () => {
    const { id } = await app.mention('WEB-1', 'take long', { wait: false });
    await until('the run to begin', async () =>
      (await app.plane.state()).runs.some((run) => run.id === id && run.status === 'in_progress'),
    );
    await app.stop(id, { wait: false });
    await until('its last word', async () => (await texts()).includes('Stopped.'));
    expect((await app.plane.state()).runs.find((run) => run.id === id)?.status).toBe('stopped');
  });
});
