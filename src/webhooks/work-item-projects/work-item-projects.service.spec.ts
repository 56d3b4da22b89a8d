import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { expect, it } from '@jest/globals';
import { DomainError } from '../../common/domain-error.js';
import { PlaneError } from '../../plane/plane.error.js';
import { type LookupKey, type WorkItemLookupsRepository } from './work-item-lookups.repository.js';
import { WorkItemProjectsService } from './work-item-projects.service.js';

const notFound = new PlaneError({ kind: 'answer', call: 'GET /api/v1/', planeStatus: 404 });
const spent = new DomainError({ code: 'plane_budget_spent', title: 'Spent', detail: 'Spent.', status: 429 });

it('clears a project found long ago that Plane denies before the progress of a search is stored', async () => {
  const written: unknown[] = [];
  const row = { projectId: 'project-1', leftProjectId: null, searchedSeconds: null, ageSeconds: 1200 };
  const lookups = {
    find: async () => ({ ...row, pageCursor: null, pagePosition: 0, asked: 0 }),
    left: async (_: LookupKey, projectId: string) => written.push(['left', projectId]),
    save: async (_: LookupKey, { asked }: { asked: number }) => written.push(['save', asked]),
  } as unknown as WorkItemLookupsRepository;
  const plane = {
    projects: { list: async () => ({ results: [{ id: 'project-1' }, { id: 'project-2' }] }) },
    workItems: {
      retrieve: async (_: string, id: string) => Promise.reject(id === 'project-2' ? spent : notFound),
    },
  } as unknown as PlaneClient;
  const calls = { installationId: 'one', slug: 'sandbox', plane, background: plane, isRetry: false };
  const found = new WorkItemProjectsService(lookups).projectIdOf(calls, { id: 'item' });
  await expect(found).rejects.toMatchObject({ code: 'work_item_lookup_continues' });
  expect(written).toEqual([
    ['left', 'project-1'],
    ['save', 1],
  ]);
});
