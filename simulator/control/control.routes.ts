import { type FastifyInstance } from 'fastify';
import { type Fault } from '../faults.js';
import { acceptJson } from '../http-body.js';
import { refuseForeignSites } from '../page/same-origin.js';
import { planeError } from '../plane-error.js';
import { type SimulatorContext } from '../simulator-context.js';
import { notFound } from '../world/world.error.js';
import { appControlRoutes } from './app-control.routes.js';
import { SCHEMAS } from './control.schemas.js';
import { happeningRoutes } from './event.routes.js';
import { runControlRoutes } from './run-control.routes.js';
import { explainSchemaFaults } from './schema-faults.js';
import { sendRoutes } from './send.routes.js';
import { stateView } from './state.view.js';

function lookRoutes(app: FastifyInstance, context: SimulatorContext): void {
  app.get('/state', async () => stateView(context));
  app.get('/counts', async () => ({
    requests: context.requests,
    grants: context.grants,
    underWay: context.requests.underWay,
  }));

  app.get<{ Params: { id: string } }>('/deliveries/:id', async ({ params }) => {
    const found = context.sender.deliveries.find((delivery) => delivery.id === params.id);
    if (!found) throw notFound('delivery', params.id);
    return found;
  });
}

function faultRoutes(app: FastifyInstance, { faults }: SimulatorContext): void {
  app.post<{ Body: Fault }>('/faults', { schema: SCHEMAS.fault }, async ({ body }) => {
    faults.add(body);
    return { faults: faults.list() };
  });

  app.delete('/faults', async () => {
    faults.clear();
    return { faults: [] };
  });
}

/** The control API for tests, under `/_simulator`. Faults and counts of requests do not concern it. */
export function controlRoutes(app: FastifyInstance, context: SimulatorContext): void {
  app.setErrorHandler(planeError);
  app.addHook('onRequest', refuseForeignSites);
  explainSchemaFaults(app);
  app.register(async (scope) => {
    acceptJson(scope, JSON.parse);
    for (const routes of [lookRoutes, happeningRoutes, runControlRoutes, appControlRoutes, faultRoutes]) {
      routes(scope, context);
    }
  });
  app.register(async (scope) => sendRoutes(scope, context));
}
