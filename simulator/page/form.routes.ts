import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { workItemFields } from '../api/work-item-input.js';
import { optionalText, recordOf, textField } from '../http-body.js';
import { SHAPES, type Shape } from '../sending/notice.types.js';
import { type SimulatorContext } from '../simulator-context.js';
import { htmlOfText } from '../world/comment-text.js';
import { conflict } from '../world/world.error.js';
import { type User, type WorkItem } from '../world/world.types.js';

type Form = Record<string, unknown>;
type Act = (context: SimulatorContext, form: Form, item: WorkItem, author: User) => void;

function shapeOf(form: Form): Shape {
  return SHAPES.find((shape) => shape === form.shape) ?? 'v2';
}

function latestRun({ world }: SimulatorContext, item: WorkItem) {
  const run = [...world.runs.values()].findLast((candidate) => candidate.workItemId === item.id);
  if (!run) throw conflict('This work item has no run: mention the app first.');
  return run;
}

/** Actions on a work item, by the form's path. */
const ON_WORK_ITEM: Record<string, Act> = {
  comments: ({ comments }, form, item, author) => {
    comments.create(author, item, htmlOfText(textField(form, 'text')), { shape: shapeOf(form) });
  },
  'work-items': ({ workItems }, form, item, author) => {
    workItems.update(author, item, workItemFields(form), { shape: shapeOf(form) });
  },
  runs: ({ runs }, form, item, author) => {
    runs.start(author, item, textField(form, 'text'), { shape: shapeOf(form) });
  },
  prompt: (context, form, item, author) => {
    const signal = form.signal === 'stop' ? 'stop' : 'continue';
    const body = optionalText(form, 'text') ?? (signal === 'stop' ? 'stop' : 'continue');
    context.runs.prompt(author, latestRun(context, item), body, signal);
  },
};

/** Redirects a browser without the script to the page; answers the script with JSON. */
async function done(request: FastifyRequest, reply: FastifyReply, item?: WorkItem): Promise<FastifyReply> {
  if (request.headers.accept?.includes('json')) return reply.send({ done: true });
  return reply.redirect(item ? `/?item=${item.id}` : '/', 303);
}

/** Targets of the front page's forms. */
export function formRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const { world, installations } = context;

  for (const [path, act] of Object.entries(ON_WORK_ITEM)) {
    app.post(`/page/${path}`, async (request, reply) => {
      const form = recordOf(request.body);
      const item = world.workItem(textField(form, 'workItem'));
      act(context, form, item, world.person(optionalText(form, 'author') ?? 'admin'));
      return done(request, reply, item);
    });
  }

  app.post('/page/webhook', async (request, reply) => {
    const form = recordOf(request.body);
    installations.switchWebhook(form.enabled === 'true', world.workspace(textField(form, 'workspace')));
    return done(request, reply);
  });

  app.post('/page/uninstall', async (request, reply) => {
    installations.uninstall(world.installation(textField(recordOf(request.body), 'installation')), false);
    return done(request, reply);
  });
}
