import { type FastifyInstance, type FastifyReply } from 'fastify';
import { optionalText, recordOf, textField } from '../http-body.js';
import { rejectCrossSite } from '../page/same-origin.js';
import { sendPage } from '../page/send-page.js';
import { type SimulatorContext } from '../simulator-context.js';
import { badInput } from '../world/world.error.js';
import { type User } from '../world/world.types.js';
import { consentErrorPage, consentPage } from './consent.page.js';
import { consentRequest, type ConsentRequest, redirectBack, untrusted } from './consent.request.js';

const oauthError = (error: string, description: string) => ({ error, error_description: description });

/** A code for the user, for either flow. */
function newCode(context: SimulatorContext, user: User, request: ConsentRequest): string {
  const scope = request.scope || 'read write';
  return context.codes.issue({ userId: user.id, redirectUri: request.redirectUri, scope });
}

function decided(
  context: SimulatorContext,
  request: ConsentRequest,
  form: Record<string, unknown>,
): Record<string, string> {
  const decision = textField(form, 'decision');
  if (decision === 'refuse') return oauthError('access_denied', 'The user refused.');
  const user = context.world.person(optionalText(form, 'user') ?? 'admin');
  if (decision === 'authorise') return { code: newCode(context, user, request) };
  if (decision !== 'install') throw badInput('"decision" must be "install", "authorise" or "refuse".');
  if (user.role !== 'admin') return oauthError('access_denied', 'Only an admin of the workspace can install an app.');
  const slug = optionalText(form, 'workspace') ?? context.world.workspaces[0]?.slug ?? '';
  const installation = context.installations.install(context.world.workspace(slug), user);
  return { app_installation_id: installation.id, code: newCode(context, user, request) };
}

/** Browsers apply `form-action` to a form's redirects too, so it must contain the app's origin. */
function sendConsent(reply: FastifyReply, context: SimulatorContext, request: ConsentRequest): FastifyReply {
  const origin = new URL(request.redirectUri).origin;
  return sendPage(reply, consentPage(context, request), 200, origin);
}

/** `GET /auth/o/authorize-app/` and the target of its form. */
export function consentRoutes(app: FastifyInstance, context: SimulatorContext): void {
  app.get('/auth/o/authorize-app/', async (query, reply) => {
    const request = consentRequest(recordOf(query.query));
    const why = untrusted(request, context.app);
    if (why !== undefined) return sendPage(reply, consentErrorPage(why), 400);
    if (request.responseType === 'code') return sendConsent(reply, context, request);
    const error = oauthError('unsupported_response_type', 'Only response_type=code is supported.');
    return reply.redirect(redirectBack(request, error), 302);
  });

  app.post('/auth/o/authorize-app/decide', { onRequest: rejectCrossSite }, async ({ body }, reply) => {
    const form = recordOf(body);
    const request = consentRequest(form);
    const why = untrusted(request, context.app);
    if (why !== undefined) return sendPage(reply, consentErrorPage(why), 400);
    return reply.redirect(redirectBack(request, decided(context, request, form)), 302);
  });
}
