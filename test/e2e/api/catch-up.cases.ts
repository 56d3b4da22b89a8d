import { describe, expect, it } from '@jest/globals';
import { type ApiScene, items } from '../../support/api-scene.js';
import { until } from '../../support/until.js';

/** Catch-ups of an installation. Part of `api.test.ts`, on its server. */
export function catchUpCases(scene: ApiScene): void {
  describe('catch-ups', () => {
    const path = async (): Promise<string> => {
      const [installation] = items(await scene.get('installations'));
      return `installations/${String(installation?.['id'])}/catch-up`;
    };

    it('are started on demand, and show what they found', async () => {
      const catchUp = await path();
      const started = await scene.api.call('POST', catchUp, { since: '1m' });
      expect([started.status, started.json]).toEqual([
        200,
        expect.objectContaining({ reason: 'operator', state: 'waiting', recovered: 0 }),
      ]);
      const shown = await until('the end of the catch-up', async () => {
        const { json } = await scene.get(catchUp);
        const [run] = json['runs'] as Record<string, unknown>[];
        return run?.['endedAt'] !== undefined && json;
      });
      expect(shown).toMatchObject({ unrecoverable: 0, caughtUpTo: expect.any(String), runs: [{ state: 'done' }] });
      expect(items(await scene.get(`${catchUp}/unrecoverable`))).toEqual([]);
    });

    it.each([
      ['soon', 'catch_up_since_invalid'],
      ['20d', 'catch_up_too_early'],
    ])('since %s are refused: %s', async (since, code) => {
      const { status, json } = await scene.api.call('POST', await path(), { since });
      expect([status, json['type']]).toEqual([400, `urn:hangar:${code}`]);
    });
  });
}
