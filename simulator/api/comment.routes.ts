import { type FastifyInstance } from 'fastify';
import { optionalText, recordOf, textField } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { badInput, notFound } from '../world/world.error.js';
import { pageOf } from './pages.js';
import { callingUser, pathWorkItem } from './path-entities.js';
import { commentBody } from './serializers.js';

const COMMENTS = '/workspaces/:slug/projects/:project/work-items/:item/comments/';

/** Comments of a work item: list, retrieve, create. A new one sends webhooks, also by a bot. */
export function commentRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const { world, comments, settings } = context;

  app.get(COMMENTS, async (request) => {
    const item = pathWorkItem(context, request);
    return pageOf(world.commentsOf(item.id).map(commentBody), request);
  });

  app.get(`${COMMENTS}:comment/`, async (request) => {
    const item = pathWorkItem(context, request);
    const id = textField(recordOf(request.params), 'comment');
    const found = world.commentsOf(item.id).find((comment) => comment.id === id);
    if (!found) throw notFound('comment', id);
    return commentBody(found);
  });

  app.post(COMMENTS, async (request, reply) => {
    const item = pathWorkItem(context, request);
    const html = optionalText(recordOf(request.body), 'comment_html');
    if (html === undefined) throw badInput('"comment_html" is required and must be a text.');
    const comment = comments.create(callingUser(context, request), item, html, { shape: settings.shape });
    return reply.code(201).send(commentBody(comment));
  });
}
