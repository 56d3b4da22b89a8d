import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { credentialOf, grantOf, limitRate, requireToken } from './api/api-access.js';
import { attachmentRoutes, uploadRoutes } from './api/attachment.routes.js';
import { collectionRoutes } from './api/collection.routes.js';
import { commentRoutes } from './api/comment.routes.js';
import { historyRoutes } from './api/history.routes.js';
import { intakeRoutes } from './api/intake.routes.js';
import { memberRoutes } from './api/member.routes.js';
import { membershipRoutes } from './api/membership.routes.js';
import { projectRoutes } from './api/project.routes.js';
import { limitPages } from './api/pages.js';
import { propertyValueRoutes } from './api/property-value.routes.js';
import { RateLimiter } from './api/rate-limiter.js';
import { relationRoutes } from './api/relation.routes.js';
import { runRoutes } from './api/run.routes.js';
import { explainUnknownRoutes } from './api/unknown-route.js';
import { workItemRoutes } from './api/work-item.routes.js';
import { consentRoutes } from './auth/consent.routes.js';
import { installationRoutes } from './auth/installation.routes.js';
import { tokenRoutes } from './auth/token.routes.js';
import { injectFaults } from './fault.hooks.js';
import { acceptForms, acceptJson } from './http-body.js';
import { pathOf } from './path-of.js';
import { planeError } from './plane-error.js';
import { type SimulatorContext } from './simulator-context.js';

const API = '/api/v1';
/** The largest `per_page`, which is the default too. */
const PAGE = 100;
const COMMUNITY_PAGE = 1000;

const ROUTES = [
  projectRoutes,
  memberRoutes,
  workItemRoutes,
  commentRoutes,
  historyRoutes,
  relationRoutes,
  attachmentRoutes,
  propertyValueRoutes,
  collectionRoutes,
  membershipRoutes,
  intakeRoutes,
  runRoutes,
];

function apiRoutes(app: FastifyInstance, context: SimulatorContext): void {
  requireToken(app, context);
  limitRate(app, new RateLimiter(context.settings), context);
  explainUnknownRoutes(app);
  for (const routes of ROUTES) routes(app, context);
}

/** What the community edition does not have: it answers 404 to all of it. */
function authRoutes(app: FastifyInstance, context: SimulatorContext): void {
  consentRoutes(app, context);
  tokenRoutes(app, context);
  app.register(async (scope) => {
    requireToken(scope, context);
    installationRoutes(scope, context);
  });
}

/** Counts the calls of each token before anything can refuse them. */
function countCalls(app: FastifyInstance, { calls, tokens }: SimulatorContext): void {
  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith(API)) return;
    const grant = grantOf(tokens, request);
    if (grant) calls.count(credentialOf(request), grant);
  });
  app.addHook('onResponse', async (request, reply) => {
    if (reply.statusCode === 429) calls.countRefusal(credentialOf(request));
  });
}

/** Plane's own routes: consent, tokens, API, uploads. Requests are counted, and faults can be injected. */
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
  countCalls(app, context);
  injectFaults(app, context);
  limitPages(app, context.release ? COMMUNITY_PAGE : PAGE);
  if (!context.release) authRoutes(app, context);
  app.register(async (scope) => uploadRoutes(scope, context));
  const own = context.release ? ['/api'] : ['/auth', '/api'];
  for (const prefix of own) app.register(async (scope) => explainUnknownRoutes(scope), { prefix });
  app.register(async (scope) => apiRoutes(scope, context), { prefix: API });
}
