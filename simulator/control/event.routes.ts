import { type FastifyInstance } from 'fastify';
import { type NoticeOptions, type RunWebhookOptions } from '../actions/announcer.js';
import { newWorkItemFields, workItemChanges } from '../api/work-item-input.js';
import { type Shape } from '../sending/notice.types.js';
import { type SimulatorContext } from '../simulator-context.js';
import { badInput } from '../world/world.error.js';
import { SCHEMAS } from './control.schemas.js';
import { deliveriesOf } from './deliveries-of.js';
import { findWorkItem } from './find-work-item.js';

interface NoticeInput {
  author?: string;
  shape?: Shape;
  warts?: boolean;
}
interface Place {
  workspace?: string;
  workItem?: string;
}
interface ById<Body> {
  Params: { id: string };
  Body: Body;
}

/** What users do in Plane: write comments; create, change and delete work items. */
export function eventRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const { world, sender, settings } = context;
  commentRoute(app, context);
  moveRoute(app, context);
  const author = (input: NoticeInput) => world.person(input.author ?? 'admin');
  const noticeOptions = ({ shape = settings.shape, warts = false }: NoticeInput): NoticeOptions => ({
    shape,
    warts,
  });

  app.post<{ Body: NoticeInput & { workspace?: string; project?: string; fields: unknown } }>(
    '/work-items',
    { schema: SCHEMAS.newWorkItem },
    async ({ body }) => {
      const workspace = body.workspace === undefined ? world.workspaces[0] : world.workspace(body.workspace);
      const project = world.projects.find(
        ({ id, identifier, workspaceId }) =>
          workspaceId === workspace?.id && [undefined, id, identifier].includes(body.project),
      );
      if (!project) throw badInput(`There is no project "${body.project}" in that workspace.`);
      const fields = newWorkItemFields(body.fields);
      const act = () => context.workItems.create(author(body), project, fields, noticeOptions(body));
      const { result, deliveries } = deliveriesOf(sender, act);
      return { id: result.id, deliveries };
    },
  );

  app.post<ById<NoticeInput & { changes: unknown }>>(
    '/work-items/:id',
    { schema: SCHEMAS.workItem },
    async ({ params, body }) => {
      const item = findWorkItem(world, { workItem: params.id });
      const fields = workItemChanges(body.changes);
      const act = () => context.workItems.update(author(body), item, fields, noticeOptions(body));
      const { result, deliveries } = deliveriesOf(sender, act);
      return { id: item.id, changed: result.map(({ field }) => field), deliveries };
    },
  );

  app.post<ById<NoticeInput & { reaction: string; removed?: boolean }>>(
    '/work-items/:id/reactions',
    { schema: SCHEMAS.reaction },
    async ({ params, body: { reaction, removed = false, ...body } }) => {
      const item = findWorkItem(world, { workItem: params.id });
      const act = () => context.workItems.react(author(body), item, reaction, removed, noticeOptions(body));
      return { id: item.id, deliveries: deliveriesOf(sender, act).deliveries };
    },
  );

  app.post<ById<NoticeInput>>(
    '/work-items/:id/delete',
    { schema: SCHEMAS.deleteWorkItem },
    async ({ params, body }) => {
      const item = findWorkItem(world, { workItem: params.id });
      const act = () => context.workItems.delete(author(body), item, noticeOptions(body));
      return { id: item.id, deliveries: deliveriesOf(sender, act).deliveries };
    },
  );
}

/** Writes a comment: one that mentions the app starts a run, a reply in a run's thread is a prompt. */
function commentRoute(app: FastifyInstance, { world, sender, settings, threads }: SimulatorContext): void {
  app.post<{ Body: NoticeInput & Place & RunWebhookOptions & { text?: string; html?: string; replyTo?: string } }>(
    '/comments',
    { schema: SCHEMAS.comment },
    async ({ body }) => {
      const { workspace, workItem, text, html, replyTo, author = 'admin', shape = settings.shape, ...options } = body;
      if (html === undefined && text === undefined) throw badInput('"text" (or "html") must be given.');
      const item = findWorkItem(world, { ...(workspace && { workspace }), ...(workItem && { workItem }) });
      const markup = html ?? threads.htmlOf(text ?? '', item.workspaceId);
      const act = () => threads.write(world.person(author), item, markup, { ...options, shape }, replyTo);
      const { result, deliveries } = deliveriesOf(sender, act);
      const { comment, run, prompt } = result;
      return { id: comment.id, workItem: item.id, runId: run?.id, promptId: prompt?.id, deliveries };
    },
  );
}

/** Moves a work item to another project of its workspace. */
function moveRoute(app: FastifyInstance, { world, workItems }: SimulatorContext): void {
  app.post<ById<{ project: string }>>(
    '/work-items/:id/move',
    { schema: SCHEMAS.moveWorkItem },
    async ({ params, body }) => {
      const item = findWorkItem(world, { workItem: params.id });
      const project = world.projects.find(
        ({ id, identifier, workspaceId }) =>
          workspaceId === item.workspaceId && [id, identifier].includes(body.project),
      );
      if (!project) throw badInput(`There is no project "${body.project}" in that workspace.`);
      workItems.move(item, project);
      return { id: item.id, project: project.id };
    },
  );
}
