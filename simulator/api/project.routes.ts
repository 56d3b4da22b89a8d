import { type FastifyInstance } from 'fastify';
import { type SimulatorContext } from '../simulator-context.js';
import { pageOf } from './pages.js';
import { callingUser, pathProject, pathWorkspace } from './path-entities.js';
import { labelBody, projectBody, stateBody, userBody } from './serializers.js';

/** The calling user, and the projects of a workspace with their states and labels. */
export function projectRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const projects = '/workspaces/:slug/projects/';

  app.get('/users/me/', async (request) => userBody(callingUser(context, request)));

  app.get(projects, async (request) => {
    const workspace = pathWorkspace(context, request);
    const mine = context.world.projects.filter((project) => project.workspaceId === workspace.id);
    return pageOf(mine.map(projectBody), request);
  });

  app.get(`${projects}:project/`, async (request) => projectBody(pathProject(context, request)));

  app.get(`${projects}:project/states/`, async (request) => {
    const project = pathProject(context, request);
    return pageOf(
      project.states.map((state) => stateBody(state, project)),
      request,
    );
  });

  app.get(`${projects}:project/labels/`, async (request) => {
    const project = pathProject(context, request);
    return pageOf(
      project.labels.map((label) => labelBody(label, project)),
      request,
    );
  });
}
