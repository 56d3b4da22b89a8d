import { type FastifyInstance } from 'fastify';
import { type SimulatorContext } from '../simulator-context.js';
import { type User } from '../world/world.types.js';
import { pageOf } from './pages.js';
import { pathProject, pathWorkspace } from './path-entities.js';
import { userBody } from './serializers.js';

const ROLES = { admin: 20, member: 15, bot: 15 } as const;

function memberBody(user: User) {
  return { ...userBody(user), role: ROLES[user.role], role_slug: user.role === 'admin' ? 'admin' : 'member' };
}

/** The people of a workspace and of its projects: everyone, without the app's bot. */
export function memberRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const members = () => [...context.world.users.values()].filter(({ role }) => role !== 'bot').map(memberBody);

  app.get('/workspaces/:slug/members/', async (request) => {
    pathWorkspace(context, request);
    return members();
  });

  app.get('/workspaces/:slug/members-lite/', async (request) => {
    pathWorkspace(context, request);
    return pageOf(members(), request);
  });

  for (const name of ['members', 'project-members']) {
    app.get(`/workspaces/:slug/projects/:project/${name}/`, async (request) => {
      pathProject(context, request);
      return members();
    });
  }

  app.get('/workspaces/:slug/projects/:project/project-members-lite/', async (request) => {
    pathProject(context, request);
    return pageOf(members(), request);
  });
}
