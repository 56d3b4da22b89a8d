import { type FastifyInstance } from 'fastify';
import { recordOf, textField } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { notFound } from '../world/world.error.js';
import { type AgentRun, type RunActivity } from '../world/world.types.js';
import { newActivity } from './activity-input.js';
import { pageOf } from './pages.js';
import { callingUser, pathRun, pathWorkspace } from './path-entities.js';
import { newRun } from './run-input.js';
import { activityBody, runBody } from './run.serializers.js';

const RUNS = '/workspaces/:slug/runs/';
const RUN = `${RUNS}:run/`;

function listed({ settings }: SimulatorContext, { activities }: AgentRun): RunActivity[] {
  const shown = activities.filter(({ supersededAt }) => !settings.hideSuperseded || supersededAt === null);
  return settings.activitiesNewestFirst ? shown.toReversed() : shown;
}

/** Agent runs and their activities. Plane has no list of runs. */
export function runRoutes(app: FastifyInstance, context: SimulatorContext): void {
  app.post(RUNS, async (request, reply) => {
    const workspace = pathWorkspace(context, request);
    const creator = callingUser(context, request);
    const run = context.threads.startByApi(creator, newRun(context.world, workspace, request.body));
    return reply.code(201).send(runBody(run));
  });

  app.get(RUN, async (request) => runBody(pathRun(context, request)));

  app.get(`${RUN}activities/`, async (request) => {
    const run = pathRun(context, request);
    return pageOf(
      listed(context, run).map((activity) => activityBody(activity, run)),
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
