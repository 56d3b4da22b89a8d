import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { type Installation } from '../../installations/installation.js';
import { PlaneError } from '../../plane/plane.error.js';
import { type PlaneContext, type Reply, type ReplyTarget } from '../discovery/handler-contexts.js';
import { nothingToReplyTo } from '../discovery/handler.errors.js';
import { HandlerStoreService } from '../handler-store/handler-store.service.js';
import { OnceService } from '../handler-store/once.service.js';
import { type ContextRun } from './handler-run.js';
import { htmlOfMarkdown, mentionOf } from './markdown.js';
import { SkipRun } from './skip-run.js';

/** Others wait for the work of a run for as long as it may take, and a little longer. */
const LEASE_MARGIN_SECONDS = 30;
const SECONDS_PER_DAY = 86_400;
const CONFLICT = 409;
/** Plane refuses a second comment with the same source and id. */
const EXTERNAL_SOURCE = 'hangar';

/** What a context has beside Plane's clients. */
type RunTools = Pick<PlaneContext, 'once' | 'store' | 'skip' | 'reply' | 'mention'>;
/** What the tools need of the rest of the context. */
type CallContext = Pick<PlaneContext, 'projectIdOf' | 'workspace'> & { plane(): PlaneContext['plane'] };

/** Makes the part of a run's context that needs more than Plane. */
@Injectable()
export class RunToolsService {
  constructor(
    private readonly stores: HandlerStoreService,
    private readonly onceService: OnceService,
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
  ) {}

  toolsOf(run: ContextRun, installation: Installation, calls: CallContext): RunTools {
    const scope = { installationId: installation.id, handlerClass: handlerClassOf(run.handler.id) };
    const claim = { owner: run.job.id, leaseSeconds: run.handler.options.timeoutSeconds + LEASE_MARGIN_SECONDS };
    /** A run's own calls with the same key share the work: they have the same owner. */
    const running = new Map<string, Promise<unknown>>();
    const once = async <T>(key: string, work: () => T | Promise<T>, keepSeconds?: number): Promise<T> => {
      const present = running.get(key) as Promise<T> | undefined;
      if (present) return present;
      const all = { ...claim, ...(keepSeconds !== undefined && { keepSeconds }) };
      const result = this.onceService.run(scope, key, all, work).finally(() => running.delete(key));
      running.set(key, result);
      return result;
    };
    const replies = new Map<string, number>();
    return {
      once: async (key, work) => once(key, work),
      store: this.stores.storeOf(scope),
      skip: (reason) => {
        run.skipped = reason;
        throw new SkipRun(reason);
      },
      mention: mentionOf,
      reply: async (content, { on = run.event?.workItem } = {}) => {
        const html = typeof content === 'string' ? content : htmlOfMarkdown(content.markdown);
        if (html.trim() === '') throw new TypeError('the reply is empty');
        if (!on) throw nothingToReplyTo(run.event?.name ?? '');
        const count = (replies.get(on.id) ?? 0) + 1;
        replies.set(on.id, count);
        const key = replyKeyOf(run, on.id, count);
        return once(key, () => postComment(calls, on, html, key), this.replyKeepSeconds());
      },
    };
  }

  /** An event can be retried and replayed for as long as its delivery is kept. */
  private replyKeepSeconds(): number {
    return (this.config.deliveryRetentionDays + 1) * SECONDS_PER_DAY;
  }
}

/** The class of a handler's id. */
function handlerClassOf(id: string): string {
  return id.slice(0, id.indexOf('.'));
}

/** The same for the n-th reply of each run on the event, or of the task. */
function replyKeyOf({ event, handler, job }: ContextRun, workItemId: string, count: number): string {
  const parts = [event?.id ?? job.data.deliveryId, handler.id, workItemId, String(count)];
  return `reply:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

async function postComment(calls: CallContext, on: ReplyTarget, html: string, key: string): Promise<Reply> {
  const projectId = await calls.projectIdOf(on);
  const comment = { comment_html: html, external_source: EXTERNAL_SOURCE, external_id: key };
  try {
    const { id } = await calls.plane().workItems.comments.create(calls.workspace.slug, projectId, on.id, comment);
    return { id };
  } catch (error) {
    // A run posted it before its process crashed.
    if (error instanceof PlaneError && error.planeStatus === CONFLICT) return {};
    throw error;
  }
}
