import { type FastifyInstance } from 'fastify';
import { type Fault } from '../faults.js';
import { acceptJson } from '../http-body.js';
import { rejectCrossSite } from '../page/same-origin.js';
import { planeError } from '../plane-error.js';
import { type SimulatorContext } from '../simulator-context.js';
import { notFound } from '../world/world.error.js';
import { appControlRoutes } from './app-control.routes.js';
import { SCHEMAS } from './control.schemas.js';
import { eventRoutes } from './event.routes.js';
import { runControlRoutes } from './run-control.routes.js';
import { explainSchemaErrors } from './schema-errors.js';
import { sendRoutes } from './send.routes.js';
import { stateView } from './state.view.js';

function stateRoutes(app: FastifyInstance, context: SimulatorContext): void {
  app.get('/state', async () => stateView(context));
  app.get('/counts', async () => ({
    requests: context.requests,
    grants: context.grants,
    underWay: context.requests.inFlight,
    calls: context.calls,
    injected: context.faults.injected,
  }));

  app.delete('/calls', async () => {
    context.calls.clear();
    return { calls: [] };
  });

  app.get<{ Params: { id: string } }>('/deliveries/:id', async ({ params }) => {
    const found = context.sender.deliveries.find((delivery) => delivery.id === params.id);
    if (!found) throw notFound('delivery', params.id);
    return found;
  });
}

function faultRoutes(app: FastifyInstance, { faults }: SimulatorContext): void {
  app.get('/faults', async () => ({ faults: faults.list(), injected: faults.injected }));

  app.post<{ Body: Fault }>('/faults', { schema: SCHEMAS.fault }, async ({ body }) => {
    faults.add(body);
    return { faults: faults.list() };
  });

  app.delete('/faults', async () => {
    faults.clear();
    return { faults: [] };
  });
}

/** The control API for tests, under `/_simulator`. Injected faults do not apply to it, its requests are not counted. */
export function controlRoutes(app: FastifyInstance, context: SimulatorContext): void {
  app.setErrorHandler(planeError);
  app.addHook('onRequest', rejectCrossSite);
  explainSchemaErrors(app);
  app.register(async (scope) => {
    acceptJson(scope, JSON.parse);
    for (const routes of [stateRoutes, eventRoutes, runControlRoutes, appControlRoutes, faultRoutes]) {
      routes(scope, context);
    }
  });
  app.register(async (scope) => sendRoutes(scope, context));
}
