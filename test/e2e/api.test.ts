import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { developmentToken } from '../support/api-client.js';
import { ApiScene } from '../support/api-scene.js';
import { catchUpCases } from './api/catch-up.cases.js';
import { descriptionCases } from './api/description.cases.js';
import { developmentTokenCases } from './api/development-token.cases.js';
import { errorCases } from './api/errors.cases.js';
import { operationsCases } from './api/operations.cases.js';
import { readsCases } from './api/reads.cases.js';
import { rootCases } from './api/root.cases.js';

const DOCUMENTATION = new Set(['getOpenApi', 'getDocs', 'getDocsAsset']);

/** They need an app with an agent: agent-operations.test.ts calls them. */
const OF_AGENTS = new Set(['listAgentRuns', 'getAgentRun', 'stopAgentRun', 'retryAgentRun']);

/** They need an app with tasks: task-operations.test.ts calls them. */
const OF_TASKS = new Set(['listTasks', 'getTask', 'cancelTask', 'listSchedules']);

const scene = new ApiScene();

beforeAll(async () => {
  await scene.begin();
});

afterAll(async () => {
  await scene.together.stop();
});

describe('the API', () => {
  descriptionCases(scene);
  readsCases(scene);
  operationsCases(scene);
  errorCases(scene);
  catchUpCases(scene);
  developmentTokenCases(scene);
  rootCases(scene);

  it('returned only documented responses, for every operation', () => {
    const all = scene.api.document.routes.map(({ operation }) => operation.operationId);
    const elsewhere = new Set([...DOCUMENTATION, ...OF_AGENTS, ...OF_TASKS]);
    const missing = all.filter((id) => !scene.api.done.has(id) && !elsewhere.has(id));
    expect({ missing, faults: scene.api.faults }).toEqual({ missing: [], faults: [] });
  });

  it('wrote no token into the log', () => {
    const { log } = scene.together.hangar;
    expect(log.split(developmentToken(log))).toHaveLength(2);
  });
});
