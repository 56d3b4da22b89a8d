import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { describe, expect, it } from '@jest/globals';
import { PlaneError } from '../../plane/plane.error.js';
import { ProjectSearch, searchByExternalId } from './project-search.js';

const FOUND = { id: 'item', project: 'project-7' };
const EXTERNAL = { id: 'item', externalId: '42', externalSource: 'crm' };
const notFound = new PlaneError({ kind: 'answer', call: 'GET /api/v1/', planeStatus: 404 });

describe('a search by the external id', () => {
  const planeWith = (listWorkspace: () => Promise<unknown>): PlaneClient =>
    ({ workItems: { listWorkspace } }) as unknown as PlaneClient;

  it.each([
    ['an object', FOUND, 'project-7'],
    ['a page', { results: [{ id: 'other', project: 'project-1' }, FOUND] }, 'project-7'],
    ['a page of a server that ignores the filter', { results: [{ id: 'other', project: 'project-1' }] }, undefined],
  ])('reads %s', async (_, answer, projectId) => {
    expect(
      await searchByExternalId(
        planeWith(async () => answer),
        'sandbox',
        EXTERNAL,
      ),
    ).toBe(projectId);
  });

  it('finds nothing where the edition has no such list', async () => {
    const plane = planeWith(async () => Promise.reject(notFound));
    expect(await searchByExternalId(plane, 'sandbox', EXTERNAL)).toBeUndefined();
  });

  it('makes no call for a work item without an external id', async () => {
    expect(await searchByExternalId({} as PlaneClient, 'sandbox', { id: 'item' })).toBeUndefined();
  });
});

describe('a search in all projects', () => {
  it('ends where the server repeats a cursor', async () => {
    const page = { results: [{ id: 'project-1' }], next_page_results: true, next_cursor: '100:1:0' };
    const plane = {
      projects: { list: async () => page },
      workItems: { retrieve: async () => Promise.reject(notFound) },
    } as unknown as PlaneClient;
    const search = new ProjectSearch(plane, 'sandbox', 'item', { pageCursor: null, pagePosition: 0, asked: 0 });
    expect(await search.run(() => true)).toBeNull();
    expect(search.progress.asked).toBe(2);
  });
});
