import { type FastifyInstance } from 'fastify';
import { type ProjectFields } from '../actions/project.actions.js';
import { optionalText, recordOf } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { planeTime } from '../world/plane-time.js';
import { badInput } from '../world/world.error.js';
import { fieldsOf } from './collection.routes.js';
import { listOf } from './pages.js';
import { callingUser, pathProject, pathWorkspace } from './path-entities.js';
import { projectBody, userBody } from './serializers.js';

const PROJECTS = '/workspaces/:slug/projects/';

/** Which parts of a project are switched on: `cycle_view` of the project is `cycles` here. */
const FEATURES = {
  epics: 'is_epic_enabled',
  modules: 'module_view',
  cycles: 'cycle_view',
  views: 'issue_views_view',
  pages: 'page_view',
  intakes: 'intake_view',
  work_item_types: 'is_issue_type_enabled',
} as const;

function inputOf(body: unknown): ProjectFields {
  const { name: _name, identifier: _identifier, ...fields } = fieldsOf(body);
  const record = recordOf(body);
  const [name, identifier] = [optionalText(record, 'name'), optionalText(record, 'identifier')];
  return { ...(name !== undefined && { name }), ...(identifier !== undefined && { identifier }), fields };
}

function readRoutes(app: FastifyInstance, context: SimulatorContext): void {
  app.get('/users/me/', async (request) => userBody(callingUser(context, request)));

  for (const path of [PROJECTS, '/workspaces/:slug/projects-lite/']) {
    app.get(path, async (request) => {
      const workspace = pathWorkspace(context, request);
      const mine = context.world.projects.filter((project) => project.workspaceId === workspace.id);
      return listOf(mine.map(projectBody), request);
    });
  }

  app.get(`${PROJECTS}:project/`, async (request) => projectBody(pathProject(context, request)));
}

function featureRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const path = `${PROJECTS}:project/features/`;
  const features = (body: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(FEATURES).map(([name, field]) => [name, body[field] === true]));

  app.get(path, async (request) => features(projectBody(pathProject(context, request))));

  app.patch(path, async (request) => {
    const project = pathProject(context, request);
    const wanted = recordOf(request.body);
    const known = Object.entries(FEATURES).filter(([name]) => typeof wanted[name] === 'boolean');
    const fields = Object.fromEntries(known.map(([name, field]) => [field, wanted[name] === true]));
    const options = context.byApi();
    context.projects.update(callingUser(context, request), project, { fields }, options);
    return features(projectBody(project));
  });
}

function writeRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const { projects } = context;
  const options = () => context.byApi();

  app.post(PROJECTS, async (request, reply) => {
    const input = inputOf(request.body);
    if (input.name === undefined || input.identifier === undefined)
      throw badInput('"name" and "identifier" are required.');
    const workspace = pathWorkspace(context, request);
    const project = projects.create(callingUser(context, request), workspace, input, options());
    return reply.code(201).send(projectBody(project));
  });

  app.patch(`${PROJECTS}:project/`, async (request) => {
    const project = pathProject(context, request);
    projects.update(callingUser(context, request), project, inputOf(request.body), options());
    return projectBody(project);
  });

  app.delete(`${PROJECTS}:project/`, async (request, reply) => {
    projects.delete(callingUser(context, request), pathProject(context, request), options());
    return reply.code(204).send();
  });

  for (const [method, archived] of [
    ['POST', true],
    ['DELETE', false],
  ] as const) {
    app.route({
      method,
      url: `${PROJECTS}:project/archive/`,
      async handler(request, reply) {
        const fields = { archived_at: archived ? planeTime(context.world.now()) : null };
        projects.update(callingUser(context, request), pathProject(context, request), { fields }, options());
        return reply.code(204).send();
      },
    });
  }
}

/** The calling user, and the projects of a workspace: list, retrieve, create, update, archive, delete, features. */
export function projectRoutes(app: FastifyInstance, context: SimulatorContext): void {
  readRoutes(app, context);
  featureRoutes(app, context);
  writeRoutes(app, context);
}
