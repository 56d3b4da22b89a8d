import { type FastifyInstance } from 'fastify';
import { findWorkItem } from '../control/find-work-item.js';
import { acceptForms } from '../http-body.js';
import { planeError } from '../plane-error.js';
import { type SimulatorContext } from '../simulator-context.js';
import { type WorkItem } from '../world/world.types.js';
import { APP_CSS, ICON_SVG } from './app-css.js';
import { APP_JS } from './app-js.js';
import { rejectCrossSite } from './same-origin.js';
import { formRoutes } from './form.routes.js';
import { homePage, liveParts } from './home.page.js';
import { sendPage } from './send-page.js';

interface Chosen {
  Querystring: { item?: string };
}

/** The selected work item; the first one if the selected one was deleted. */
function chosen({ world }: SimulatorContext, id: string | undefined): WorkItem {
  const item = id === undefined ? undefined : world.workItems.get(id);
  return item ?? findWorkItem(world, {});
}

function fileRoutes(app: FastifyInstance): void {
  const files = [
    ['/app.css', 'text/css; charset=utf-8', APP_CSS],
    ['/app.js', 'text/javascript; charset=utf-8', APP_JS],
    ['/icon.svg', 'image/svg+xml', ICON_SVG],
  ] as const;
  for (const [path, type, content] of files) {
    app.get(path, async (_request, reply) => reply.header('cache-control', 'no-cache').type(type).send(content));
  }
}

/** The front page, its script and style, its updated parts, and its forms. */
export function pageRoutes(app: FastifyInstance, context: SimulatorContext): void {
  acceptForms(app);
  app.setErrorHandler(planeError);
  fileRoutes(app);

  app.get<Chosen>('/', async ({ query }, reply) => sendPage(reply, homePage(context, chosen(context, query.item))));

  app.get<Chosen>('/live', async ({ query }, reply) => {
    const parts = Object.entries(liveParts(context, chosen(context, query.item)));
    return reply
      .header('cache-control', 'no-store')
      .send(Object.fromEntries(parts.map(([name, part]) => [name, part.text])));
  });

  app.register(async (scope) => {
    scope.addHook('onRequest', rejectCrossSite);
    formRoutes(scope, context);
  });
}
