import { type FastifyInstance } from 'fastify';
import { type RunWebhookOptions } from '../actions/announcer.js';
import { type MentionOptions } from '../actions/thread.actions.js';
import { type SimulatorContext } from '../simulator-context.js';
import { type RunStatus } from '../world/world.types.js';
import { SCHEMAS } from './control.schemas.js';
import { deliveriesOf } from './deliveries-of.js';
import { findWorkItem } from './find-work-item.js';
import { runView } from './run.view.js';

interface StartRun extends Partial<MentionOptions> {
  workspace?: string;
  workItem?: string;
  author?: string;
  text?: string;
}

interface Prompt extends RunWebhookOptions {
  body: string;
  signal?: string;
  author?: string;
}

interface ById<Body = unknown> {
  Params: { id: string };
  Body: Body;
}

/** What users do with runs: mention the app, write to a run, stop it. */
function userRoutes(app: FastifyInstance, { world, sender, settings, threads }: SimulatorContext): void {
  app.post<{ Body: StartRun }>('/runs', { schema: SCHEMAS.run }, async ({ body }) => {
    const { author = 'admin', text = '@your-app hello', shape = settings.shape } = body;
    const item = findWorkItem(world, body);
    const act = () => threads.mention(world.person(author), item, text, { ...body, shape });
    const { result, deliveries } = deliveriesOf(sender, act);
    return { id: result.run.id, commentId: result.run.commentId, promptId: result.prompt?.id ?? null, deliveries };
  });

  app.post<ById<Prompt>>('/runs/:id/prompt', { schema: SCHEMAS.prompt }, async ({ params, body }) => {
    const { author = 'admin', signal = 'continue' } = body;
    const run = world.run(params.id);
    const act = () => threads.prompt(world.person(author), run, body.body, signal, body);
    const { result, deliveries } = deliveriesOf(sender, act);
    return { id: result.id, status: run.status, deliveries };
  });
}

/** What tests do with runs: read them, send their webhooks again, give them a status. */
function testRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const { world, sender, runs, threads } = context;

  app.get('/runs', async () => runs.all().map((run) => runView(context, run)));

  app.get<ById>('/runs/:id', async ({ params }) => runView(context, runs.current(world.run(params.id))));

  app.post<ById<RunWebhookOptions & { promptId?: string }>>(
    '/runs/:id/webhooks',
    { schema: SCHEMAS.runWebhooks },
    async ({ params, body }) => {
      const act = () => threads.announceAgain(world.run(params.id), body.promptId, body);
      return { deliveries: deliveriesOf(sender, act).deliveries };
    },
  );

  app.post<ById<{ status: RunStatus }>>('/runs/:id/status', { schema: SCHEMAS.runStatus }, async ({ params, body }) => {
    const run = world.run(params.id);
    runs.force(run, body.status);
    return { id: run.id, status: run.status };
  });
}

/** Agent runs, by the control API. */
export function runControlRoutes(app: FastifyInstance, context: SimulatorContext): void {
  userRoutes(app, context);
  testRoutes(app, context);
}
