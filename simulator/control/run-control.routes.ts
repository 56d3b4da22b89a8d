import { type FastifyInstance } from 'fastify';
import { type Shape } from '../sending/notice.types.js';
import { type SimulatorContext } from '../simulator-context.js';
import { SCHEMAS } from './control.schemas.js';
import { deliveriesOf } from './deliveries-of.js';
import { findWorkItem } from './find-work-item.js';

interface StartRun {
  workspace?: string;
  workItem?: string;
  author?: string;
  text?: string;
  shape?: Shape;
  warts?: boolean;
}

interface Prompt {
  body: string;
  signal?: string;
  author?: string;
}

/** Agent runs: mention the app, write to a run, stop it. */
export function runControlRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const { world, sender, settings } = context;

  app.post<{ Body: StartRun }>('/runs', { schema: SCHEMAS.run }, async ({ body }) => {
    const { author = 'admin', text = '@your-app hello', shape = settings.shape, warts = false } = body;
    const item = findWorkItem(world, body);
    const act = () => context.runs.start(world.person(author), item, text, { shape, warts });
    const { result, deliveries } = deliveriesOf(sender, act);
    return { id: result.id, commentId: result.commentId, deliveries };
  });

  app.post<{ Params: { id: string }; Body: Prompt }>(
    '/runs/:id/prompt',
    { schema: SCHEMAS.prompt },
    async ({ params, body }) => {
      const { author = 'admin', signal = 'continue' } = body;
      const run = world.run(params.id);
      const act = () => context.runs.prompt(world.person(author), run, body.body, signal);
      const { result, deliveries } = deliveriesOf(sender, act);
      return { id: result.id, status: run.status, deliveries };
    },
  );
}
