import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConnectionName, ConnectionsScene } from '../support/connections-scene.js';
import { until } from '../support/until.js';

/** More than any queue of the process runs at once: 50 of Hangar's own for agents. */
const FLOOD = 60;
/** So many heartbeats of a connection are posted at once. */
const HEARTBEATS = 30;
const STALE_SECONDS = 10;

describe('one Plane of several that hangs on every call', () => {
  let scene: ConnectionsScene;

  beforeAll(async () => {
    scene = await ConnectionsScene.start({ AGENT_STALE_SECONDS: String(STALE_SECONDS) });
    await until('the lifecycle events of the installs', () => scene.done('lifecycle', 'cloud') === 1);
    await scene.hang('cloud');
  });

  afterAll(() => scene.stop());

  /** Jobs of `cloud` that wait or run, so that its Plane has taken what places it can before the others' jobs are there. */
  const waiting = async (queue: string, count: number): Promise<unknown> =>
    until(`${count} jobs in ${queue}`, async () => {
      const sql = `SELECT FROM pgboss.job WHERE name LIKE $1 AND state IN ('created', 'retry', 'active')`;
      return (await scene.database.query(sql, [queue])).length >= count;
    });
  const others = async (
    kind: string,
    of: readonly ConnectionName[],
    trigger: (id: ConnectionName) => Promise<unknown>,
  ) => {
    for (const id of of) {
      const before = scene.done(kind, id);
      await trigger(id);
      await until(`the ${kind} of ${id}`, () => scene.done(kind, id) > before);
    }
  };

  it('takes no place of the others in the runs of an event', async () => {
    for (let count = 0; count < FLOOD; count += 1) await scene.comment('cloud', 'event');
    await waiting('App.event', FLOOD);
    await others('event', ['inside', 'ce'], async (id) => scene.comment(id, 'event'));
    expect(scene.done('event', 'cloud')).toBe(0);
  });

  it('takes no place of the others in the runs of a task', async () => {
    await scene.comment('cloud', `task ${FLOOD}`);
    await waiting('App.chore', FLOOD);
    await others('task', ['inside', 'ce'], async (id) => scene.comment(id, 'task 1'));
    expect(scene.done('task', 'cloud')).toBe(0);
  });

  it('takes no place of the others in the runs of a lifecycle event', async () => {
    await scene.comment('cloud', `lifecycle ${FLOOD}`);
    await waiting('App.added', FLOOD);
    await others('lifecycle', ['inside', 'ce'], async (id) => scene.comment(id, 'lifecycle 1'));
    expect(scene.done('lifecycle', 'cloud')).toBe(1);
  });

  describe('with an agent', () => {
    beforeAll(async () => {
      for (let count = 0; count < FLOOD; count += 1) await scene.mention('cloud', 'call');
      await waiting('App.answer', FLOOD);
      await waiting('hangar.agents.acknowledge', FLOOD);
    });

    it('takes no place of the others in the turns', async () => {
      const run = await scene.mention('inside', 'call');
      await until('the answer', async () =>
        (await scene.texts('inside', run, 'response')).includes('answered on inside'),
      );
      expect(scene.done('turn', 'cloud')).toBe(0);
    });

    it('takes no place of the others in acknowledgements and heartbeats', async () => {
      await until('as many heartbeats of its runs as the process posts at once', async () => {
        const pending = await scene.database.query(
          `SELECT FROM agent_activities AS activity JOIN agent_turns AS turn ON turn.id = activity.turn_id
           JOIN agent_runs AS run ON run.id = turn.run_id
           WHERE connection_id = 'cloud' AND number > 0 AND activity.status = 'pending' AND claimed_by IS NOT NULL`,
        );
        return pending.length >= HEARTBEATS;
      });
      const run = await scene.mention('inside', 'hold');
      const thoughts = async () => scene.texts('inside', run, 'thought');
      await until('the acknowledgement', async () => (await thoughts()).includes('On it.'));
      await until(
        'two heartbeats',
        async () => (await thoughts()).filter((text) => text === 'Still working on it.').length >= 2,
      );
      expect(scene.done('turn', 'cloud')).toBe(0);
    });
  });
});
