import Fastify, { type FastifyInstance } from 'fastify';
import { type AddressInfo } from 'node:net';
import { controlRoutes } from './control/control.routes.js';
import { rejectForeignHosts } from './loopback-host.js';
import { pageRoutes } from './page/page.routes.js';
import { planeRoutes } from './plane.routes.js';
import { createContext, type SimulatorContext } from './simulator-context.js';
import { type SimulatorOptions } from './simulator-options.js';
import { listenError } from './simulator.error.js';

export { type SimulatorOptions } from './simulator-options.js';

/** Plane's former name of work items: `…/projects/<id>/issues/` and `…/workspaces/<slug>/issues/`. */
const OLD_WORK_ITEMS = /^(\/api\/v1\/workspaces\/[^/?]+(?:\/projects\/[^/?]+)?)\/issues\//;

const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** A running simulator. */
export interface RunningSimulator {
  /** Without a trailing slash: the value for `PLANE_BASE_URL`. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly webhookSecret: string;
  /** The slug of the first workspace. */
  readonly workspace: string;
  /** For `X-Api-Key`: the admin's, in the community edition that of the user `build-bot`. */
  readonly apiKey: string;
  /** Stops listening and sending at once. */
  close(): Promise<void>;
}

function createApp(context: SimulatorContext, host: string): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    rewriteUrl: ({ url = '/' }) => url.replace(OLD_WORK_ITEMS, '$1/work-items/'),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  app.addHook('onRequest', rejectForeignHosts(host));
  app.register(async (scope) => planeRoutes(scope, context));
  app.register(async (scope) => controlRoutes(scope, context), { prefix: '/_simulator' });
  app.register(async (scope) => pageRoutes(scope, context));
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send({ error: 'Page not found.' }));
  return app;
}

function urlOf(app: FastifyInstance): string {
  const { address, family, port } = app.server.address() as AddressInfo;
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/**
 * Starts a Plane for development and tests: consent, tokens, API and webhooks as Plane's, a page for people at `/`,
 * and a control API for tests under `/_simulator`. State is in memory; ids are the same in every run.
 * @throws {DomainError} `port_taken`
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { host = '127.0.0.1', port } = options;
  const context = createContext(options);
  const server = createApp(context, host);
  const close = async () => {
    context.closing.abort();
    context.sender.close();
    await server.close();
  };
  try {
    await server.listen({ host, port });
  } catch (error) {
    await close();
    throw listenError(error, host, port);
  }
  const { clientId, clientSecret, webhookSecret, apiKey } = context.app;
  const secrets = {
    clientSecret: clientSecret.reveal(),
    webhookSecret: webhookSecret.reveal(),
    apiKey: apiKey.reveal(),
  };
  const workspace = context.world.workspaces[0]?.slug ?? '';
  return { url: urlOf(server), clientId, ...secrets, workspace, close };
}
