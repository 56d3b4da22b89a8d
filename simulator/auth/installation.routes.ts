import { type FastifyInstance } from 'fastify';
import { callerOf } from '../api/api-access.js';
import { type SimulatorContext } from '../simulator-context.js';
import { planeTime } from '../world/plane-time.js';
import { SAMPLE } from '../world/seed.js';
import { type Installation } from '../world/world.types.js';
import { type World } from '../world/world.js';
import { type TokenGrant } from './token-store.js';

function installationBody(world: World, installation: Installation) {
  const workspace = world.workspaceById(installation.workspaceId);
  const { deletedAt } = installation;
  return {
    id: installation.id,
    workspace_detail: { name: workspace.name, slug: workspace.slug, id: workspace.id, logo_url: null },
    created_at: planeTime(installation.createdAt),
    updated_at: planeTime(installation.updatedAt),
    deleted_at: deletedAt === null ? null : planeTime(deletedAt),
    status: deletedAt === null ? 'installed' : 'uninstalled',
    workspace: workspace.id,
    application: SAMPLE.applicationId,
    installed_by: installation.installedBy,
    app_bot: installation.botId,
    webhook: installation.webhookId,
  };
}

/** A bot sees its own installation; a person all active ones, and any one by id. */
function visibleTo(caller: TokenGrant, id: string | undefined) {
  return (installation: Installation): boolean => {
    if (id !== undefined && installation.id !== id) return false;
    if (caller.kind === 'bot') return installation.workspaceId === caller.workspaceId;
    return id !== undefined || installation.deletedAt === null;
  };
}

/** `GET /auth/o/app-installation/[?id=]`: the app's installations that the token's owner may see. */
export function installationRoutes(app: FastifyInstance, { world }: SimulatorContext): void {
  app.get<{ Querystring: { id?: string } }>('/auth/o/app-installation/', async (request) =>
    [...world.installations.values()]
      .filter(visibleTo(callerOf(request), request.query.id))
      .map((installation) => installationBody(world, installation)),
  );
}
