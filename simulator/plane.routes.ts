import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { limitRate, requireToken } from './api/api-access.js';
import { commentRoutes } from './api/comment.routes.js';
import { projectRoutes } from './api/project.routes.js';
import { RateLimiter } from './api/rate-limiter.js';
import { runRoutes } from './api/run.routes.js';
import { workItemRoutes } from './api/work-item.routes.js';
import { consentRoutes } from './auth/consent.routes.js';
import { installationRoutes } from './auth/installation.routes.js';
import { tokenRoutes } from './auth/token.routes.js';
import { injectFaults } from './fault.hooks.js';
import { acceptForms, acceptJson } from './http-body.js';
import { pathOf } from './path-of.js';
import { planeError } from './plane-error.js';
import { type SimulatorContext } from './simulator-context.js';

function apiRoutes(app: FastifyInstance, context: SimulatorContext): void {
  requireToken(app, context);
  limitRate(app, new RateLimiter(context.settings));
  for (const routes of [projectRoutes, workItemRoutes, commentRoutes, runRoutes]) routes(app, context);
}

/** Plane's own routes: consent, tokens, API. Requests are counted, and faults can be injected. */
export function planeRoutes(app: FastifyInstance, context: SimulatorContext): void {
  acceptForms(app);
  acceptJson(app, JSON.parse);
  app.setErrorHandler(planeError);
  app.addHook('onRequest', async (_request, reply) => {
    context.requests.begin();
    reply.raw.once('close', () => context.requests.end());
  });
  app.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    context.requests.count(`${request.method} ${pathOf(request)}`, reply.statusCode);
  });
  app.addHook('onSend', async (_request, reply) => {
    const { clockOffsetSeconds } = context.settings;
    if (clockOffsetSeconds !== 0) reply.header('date', new Date(Date.now() + clockOffsetSeconds * 1000).toUTCString());
  });
  injectFaults(app, context);
  consentRoutes(app, context);
  tokenRoutes(app, context);
  app.register(async (scope) => {
    requireToken(scope, context);
    installationRoutes(scope, context);
  });
  app.register(async (scope) => apiRoutes(scope, context), { prefix: '/api/v1' });
}
