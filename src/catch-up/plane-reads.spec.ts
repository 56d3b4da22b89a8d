import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { describe, expect, it } from '@jest/globals';
import { PlaneError } from '../plane/plane.error.js';
import { PlaneReads } from './plane-reads.js';

const UPDATED = '2026-11-28T19:07:17.728Z';

/** Reads a Plane that answers by the end of the path. */
function reads(answers: Readonly<Record<string, unknown>>): PlaneReads {
  const get = async (path: string): Promise<unknown> => {
    const [, answer] = Object.entries(answers).find(([end]) => path.endsWith(end)) ?? [];
    if (answer === undefined) throw new PlaneError({ kind: 'answer', call: `GET ${path}`, planeStatus: 404 });
    return answer;
  };
  return new PlaneReads({ projects: { get } } as unknown as PlaneClient, 'acme');
}

describe('a glance at the work items of a workspace', () => {
  it.each([
    [3, 3],
    [0, 0],
    ['3', undefined],
    [3.5, undefined],
    [-1, undefined],
    [1e20, undefined],
    [undefined, undefined],
  ])('reads %p as the number %p', async (answered, total) => {
    const page = { results: [{ id: 'w', updated_at: UPDATED }], total_results: answered };
    const glance = await reads({ 'acme/work-items/': page }).glance();
    expect(glance).toEqual({ newestMs: Date.parse(UPDATED), total });
  });

  it('adds up the projects where Plane has no list of all', async () => {
    const plane = reads({
      'acme/projects/': [{ id: 'one' }, { id: 'two' }, { id: 'denied' }],
      'one/work-items/': { results: [], total_count: 0 },
      'two/work-items/': { results: [{ id: 'w', updated_at: UPDATED }], total_count: 5 },
    });
    expect(await plane.glance()).toEqual({ newestMs: Date.parse(UPDATED), total: 5 });
    expect(plane.calls).toBe(5);
  });

  it('has no number where one project has none', async () => {
    const plane = reads({
      'acme/projects/': [{ id: 'one' }, { id: 'two' }],
      'one/work-items/': { results: [] },
      'two/work-items/': { results: [], total_results: 5 },
    });
    expect(await plane.glance()).toEqual({ newestMs: 0, total: undefined });
  });
});
