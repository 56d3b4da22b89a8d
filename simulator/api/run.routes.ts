import { type FastifyInstance } from 'fastify';
import { recordOf, textField } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { notFound } from '../world/world.error.js';
import { newActivity } from './activity-input.js';
import { pageOf } from './pages.js';
import { callingUser, pathRun } from './path-entities.js';
import { activityBody, runBody } from './run.serializers.js';

const RUN = '/workspaces/:slug/runs/:run/';

/** Agent runs and their activities. */
export function runRoutes(app: FastifyInstance, context: SimulatorContext): void {
  app.get(RUN, async (request) => runBody(pathRun(context, request)));

  app.get(`${RUN}activities/`, async (request) => {
    const run = pathRun(context, request);
    return pageOf(
      run.activities.map((activity) => activityBody(activity, run)),
      request,
    );
  });

  app.get(`${RUN}activities/:activity/`, async (request) => {
    const run = pathRun(context, request);
    const id = textField(recordOf(request.params), 'activity');
    const found = run.activities.find((activity) => activity.id === id);
    if (!found) throw notFound('activity', id);
    return activityBody(found, run);
  });

  app.post(`${RUN}activities/`, async (request, reply) => {
    const run = pathRun(context, request);
    const activity = context.runs.report(callingUser(context, request), run, newActivity(request.body));
    return reply.code(201).send(activityBody(activity, run));
  });
}
