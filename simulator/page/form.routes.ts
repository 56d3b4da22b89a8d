import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { newWorkItemFields, workItemFields } from '../api/work-item-input.js';
import { optionalText, recordOf, textField } from '../http-body.js';
import { SHAPES, type Shape } from '../sending/notice.types.js';
import { type SimulatorContext } from '../simulator-context.js';
import { conflict } from '../world/world.error.js';
import { type AgentRun, type User, type WorkItem } from '../world/world.types.js';

type Form = Record<string, unknown>;
type Act = (context: SimulatorContext, form: Form, item: WorkItem, author: User) => void;

function shapeOf(form: Form): Shape {
  return SHAPES.find((shape) => shape === form.shape) ?? 'v2';
}

const LISTS = ['labels', 'assignees'] as const;

/** The values of checkboxes; a hidden empty one stands for none. */
function listIn(form: Form, name: string): string[] {
  const value = form[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((each): each is string => typeof each === 'string' && each !== '');
}

/** The run of the form; without one the work item's latest. */
function runOf({ world }: SimulatorContext, form: Form, item: WorkItem): AgentRun {
  const id = optionalText(form, 'run');
  const mine = [...world.runs.values()].filter(({ workItemId }) => workItemId === item.id);
  const run = mine.findLast((candidate) => candidate.id === (id ?? candidate.id));
  if (!run) throw conflict('This work item has no run: mention the app first.');
  return run;
}

/** Actions on a work item, by the form's path. */
const ON_WORK_ITEM: Record<string, Act> = {
  comments: ({ threads }, form, item, author) => {
    const html = threads.htmlOf(textField(form, 'text'), item.workspaceId);
    threads.write(author, item, html, { shape: shapeOf(form) }, optionalText(form, 'replyTo'));
  },
  'work-items': ({ workItems }, form, item, author) => {
    const lists = Object.fromEntries(LISTS.filter((name) => name in form).map((name) => [name, listIn(form, name)]));
    workItems.update(author, item, workItemFields({ ...form, ...lists }), { shape: shapeOf(form) });
  },
  runs: ({ threads }, form, item, author) => {
    threads.mention(author, item, textField(form, 'text'), { shape: shapeOf(form) });
  },
  prompt: (context, form, item, author) => {
    const run = runOf(context, form, item);
    if (form.signal === 'stop') context.threads.prompt(author, run, optionalText(form, 'text') ?? 'stop', 'stop');
    else context.threads.reply(author, run, optionalText(form, 'text') ?? 'continue', { shape: shapeOf(form) });
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

  app.post('/page/create', async (request, reply) => {
    const form = recordOf(request.body);
    const project = world.projectOf(world.workItem(textField(form, 'workItem')));
    const author = world.person(optionalText(form, 'author') ?? 'admin');
    const fields = newWorkItemFields({ name: form.name });
    const item = context.workItems.create(author, project, fields, { shape: shapeOf(form) });
    if (request.headers.accept?.includes('json')) return reply.send({ done: true, item: item.id });
    return done(request, reply, item);
  });

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
