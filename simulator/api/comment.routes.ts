import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { optionalText, recordOf } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { badInput, notFound } from '../world/world.error.js';
import { type Comment } from '../world/world.types.js';
import { listOf } from './pages.js';
import { callingUser, parameter, pathWorkItem } from './path-entities.js';
import { commentBody } from './serializers.js';

const COMMENTS = '/workspaces/:slug/projects/:project/work-items/:item/comments/';

function pathComment(context: SimulatorContext, request: FastifyRequest): Comment {
  const item = pathWorkItem(context, request);
  const id = parameter(request, 'comment');
  const found = context.world.commentsOf(item.id).find((comment) => comment.id === id);
  if (!found) throw notFound('comment', id);
  return found;
}

/** Comments of a work item: list, retrieve, create, edit, delete. A new one sends webhooks, also by a bot; a mention starts a run. */
export function commentRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const { world, comments, threads } = context;

  app.get(COMMENTS, async (request) => {
    const item = pathWorkItem(context, request);
    return listOf(world.commentsOf(item.id).map(commentBody), request);
  });

  app.get(`${COMMENTS}:comment/`, async (request) => commentBody(pathComment(context, request)));

  app.patch(`${COMMENTS}:comment/`, async (request) => {
    const comment = pathComment(context, request);
    const html = optionalText(recordOf(request.body), 'comment_html') ?? comment.html;
    const item = pathWorkItem(context, request);
    comments.edit(callingUser(context, request), item, comment, html, context.byApi());
    return commentBody(comment);
  });

  app.delete(`${COMMENTS}:comment/`, async (request, reply) => {
    const comment = pathComment(context, request);
    comments.delete(callingUser(context, request), pathWorkItem(context, request), comment, context.byApi());
    return reply.code(204).send();
  });

  app.post(COMMENTS, async (request, reply) => {
    const item = pathWorkItem(context, request);
    const body = recordOf(request.body);
    const html = optionalText(body, 'comment_html');
    if (html === undefined) throw badInput('"comment_html" is required and must be a text.');
    const origin = {
      externalSource: optionalText(body, 'external_source'),
      externalId: optionalText(body, 'external_id'),
    };
    const options = { ...context.byApi(), ...origin };
    const { comment } = threads.write(callingUser(context, request), item, html, options);
    return reply.code(201).send(commentBody(comment));
  });
}
