import { randomBytes } from 'node:crypto';
import { type FastifyInstance } from 'fastify';
import { type TokenGrant } from '../auth/token-store.js';
import { type Settings } from '../settings.js';
import { type SimulatorContext } from '../simulator-context.js';
import { SCHEMAS } from './control.schemas.js';

/** Control of what concerns the app: installations, workspaces, tokens, the webhook, settings. */
export function appControlRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const { world, installations, settings, tokens, runs } = context;

  app.post<{ Body: { workspace?: string } }>('/installations', { schema: SCHEMAS.install }, async ({ body }) => {
    const workspace = world.workspace(body.workspace ?? world.workspaces[0]?.slug ?? '');
    return { id: installations.install(workspace, world.person('admin')).id };
  });

  app.post<{ Body: { count: number } }>('/crowd', { schema: SCHEMAS.crowd }, async ({ body }) => ({
    installations: world
      .addWorkspaces(body.count)
      .map((workspace) => installations.install(workspace, world.person('admin')).id),
  }));

  app.post<{ Body: { workspace?: string; count: number } }>(
    '/projects',
    { schema: SCHEMAS.projects },
    async ({ body }) => {
      const workspace = world.workspace(body.workspace ?? world.workspaces[0]?.slug ?? '');
      return { projects: world.addProjects(workspace.id, body.count).map(({ id }) => id) };
    },
  );

  app.post<{ Params: { id: string }; Body: { keepTokens?: boolean } }>(
    '/installations/:id/uninstall',
    { schema: SCHEMAS.uninstall },
    async ({ params, body }) => {
      installations.uninstall(world.installation(params.id), body.keepTokens ?? false);
      return { id: params.id };
    },
  );

  app.post<{ Params: { slug: string }; Body: { name?: string; slug?: string } }>(
    '/workspaces/:slug',
    { schema: SCHEMAS.workspace },
    async ({ params, body }) => world.rename(params.slug, body),
  );

  app.post<{ Body: { kind?: TokenGrant['kind'] } }>('/tokens/expire', { schema: SCHEMAS.expire }, async ({ body }) => ({
    expired: tokens.expire(body.kind),
  }));

  app.post<{ Body: { workspace?: string } }>('/tokens/revoke', { schema: SCHEMAS.revoke }, async ({ body }) => {
    const ids = body.workspace === undefined ? world.workspaces : [world.workspace(body.workspace)];
    return { revoked: ids.reduce((sum, { id }) => sum + tokens.revokeBot(id), 0) };
  });

  app.post<{ Body: { enabled: boolean } }>('/api-key', { schema: SCHEMAS.apiKey }, async ({ body }) => {
    tokens.switchApiKeys(body.enabled);
    return { enabled: body.enabled };
  });

  app.post('/api-keys', async () => {
    const apiKey = `plane_api_${randomBytes(16).toString('hex')}`;
    tokens.addApiKey(apiKey, world.person('admin').id);
    return { apiKey };
  });

  webhookRoutes(app, context);

  app.post<{ Body: Partial<Settings> }>('/settings', { schema: SCHEMAS.settings }, async ({ body }) => {
    runs.all(); // What became stale by the settings so far stays so.
    return Object.assign(settings, body);
  });
}

/** Switches the webhook off, as an outage, and on; sends late what was dropped meanwhile. */
function webhookRoutes(app: FastifyInstance, { world, installations, sender }: SimulatorContext): void {
  app.post<{ Body: { enabled: boolean; workspace?: string; events?: string[] } }>(
    '/webhook',
    { schema: SCHEMAS.webhook },
    async ({ body }) => {
      const workspace = body.workspace === undefined ? undefined : world.workspace(body.workspace);
      installations.switchWebhook(body.enabled, workspace, body.events);
      return { enabled: body.enabled };
    },
  );

  app.post<{ Body: { workspace?: string } }>(
    '/webhook/send-dropped',
    { schema: SCHEMAS.sendDropped },
    async ({ body }) => {
      const workspaces = body.workspace === undefined ? world.workspaces : [world.workspace(body.workspace)];
      for (const { id } of workspaces) sender.sendDropped(id);
      return { workspaces: workspaces.map(({ slug }) => slug) };
    },
  );
}
