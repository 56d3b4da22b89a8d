import { htmlOfText, htmlWithMention, mentionOf, mentions, textOfHtml } from '../world/comment-text.js';
import { conflict, notFound } from '../world/world.error.js';
import { type AgentRun, type Comment, type RunActivity, type User, type WorkItem } from '../world/world.types.js';
import { type World } from '../world/world.js';
import { type Announcer, type RunWebhookOptions } from './announcer.js';
import { type CommentActions, type CommentOptions } from './comment.actions.js';
import { type NewRun, type RunActions } from './run.actions.js';

/** What a run may lack: Plane's documentation leaves open what an assignment sends. */
export const RUN_PARTS = ['issue', 'project', 'comment'] as const;

/** How a mention is announced, and what its run lacks. */
export interface MentionOptions extends CommentOptions, RunWebhookOptions {
  /** A run without an issue or without a comment begins without a comment. */
  readonly without?: readonly (typeof RUN_PARTS)[number][];
  /** `false`: the text is in the comment alone, no activity of the run and no webhook has it. */
  readonly promptActivity?: boolean;
}

/** A user's comment, and the run that it started or wrote to. */
export interface Written {
  readonly comment: Comment;
  readonly run?: AgentRun;
  readonly prompt?: RunActivity | undefined;
}

/** What users write: a comment that mentions the app starts a run, a reply in a run's thread is a prompt. */
export class ThreadActions {
  constructor(
    private readonly world: World,
    private readonly announcer: Announcer,
    private readonly comments: CommentActions,
    private readonly runs: RunActions,
  ) {}

  /** The HTML of a user's text: `@your-app` is a mention where the app is installed. */
  htmlOf(text: string, workspaceId: string): string {
    const bot = this.#botOf(workspaceId);
    return bot ? htmlWithMention(text, bot) : htmlOfText(text);
  }

  /** Writes a comment, in the thread of the comment `replyTo` if that is given. Comments of bots start and prompt nothing. */
  write(actor: User, item: WorkItem, html: string, options: MentionOptions, replyTo?: string): Written {
    const comment = this.comments.create(actor, item, html, options, replyTo);
    if (actor.role === 'bot') return { comment };
    const running = comment.parentId === null ? undefined : this.world.runOfThread(comment.parentId);
    if (running) return { comment, run: running, prompt: this.#prompt(actor, running, html, comment, options) };
    const bot = this.#botOf(item.workspaceId);
    return bot && mentions(html, bot.id)
      ? { comment, ...this.#start(actor, item, comment, html, options) }
      : { comment };
  }

  /** A user mentions the app: the text becomes a comment, and the first prompt of a new run. */
  mention(actor: User, item: WorkItem, text: string, options: MentionOptions) {
    const bot = this.#botOf(item.workspaceId);
    if (!bot) throw conflict('The app is not installed in that workspace: install it first.');
    const written = this.htmlOf(text, item.workspaceId);
    const html = mentions(written, bot.id) ? written : written.replace('<p>', `<p>${mentionOf(bot.id)} `);
    const { without = [] } = options;
    const commented = !without.includes('comment') && !without.includes('issue');
    const comment = commented ? this.comments.create(actor, item, html, options) : undefined;
    return { comment, ...this.#start(actor, item, comment, html, options) };
  }

  /** A user replies in the run's thread; where the run has none, the prompt is no comment. */
  reply(actor: User, run: AgentRun, text: string, options: MentionOptions): RunActivity {
    const html = this.htmlOf(text, run.workspaceId);
    const item = run.workItemId === null ? undefined : this.world.workItem(run.workItemId);
    const comment = item && run.commentId ? this.comments.create(actor, item, html, options, run.commentId) : undefined;
    return this.#prompt(actor, run, html, comment, options);
  }

  /** An API call starts a run: nobody wrote a prompt. */
  startByApi(creator: User, place: NewRun): AgentRun {
    const run = this.runs.create(creator, place);
    this.announcer.run(run, undefined, ['create'], {});
    return run;
  }

  /** A user writes to the run without a comment, or stops it (`signal`). */
  prompt(actor: User, run: AgentRun, body: string, signal: string, options: RunWebhookOptions = {}): RunActivity {
    const prompt = this.runs.prompt(actor, run, body, signal);
    this.announcer.run(run, prompt, ['prompt'], options);
    return prompt;
  }

  /** Sends webhooks of the run again; those about a prompt are about `promptId`, or else the latest one. */
  announceAgain(run: AgentRun, promptId: string | undefined, options: RunWebhookOptions): void {
    const prompt = run.activities.findLast(({ id, type }) => type === 'prompt' && (promptId ?? id) === id);
    if (promptId !== undefined && !prompt) throw notFound('prompt', promptId);
    this.announcer.run(run, prompt, [], options);
  }

  #prompt(actor: User, run: AgentRun, html: string, comment: Comment | undefined, options: MentionOptions) {
    const prompt = this.runs.prompt(actor, run, textOfHtml(html), 'continue', comment?.id);
    this.announcer.run(run, prompt, ['prompt'], options);
    return prompt;
  }

  #start(actor: User, item: WorkItem, comment: Comment | undefined, html: string, options: MentionOptions) {
    const { without = [], promptActivity = true } = options;
    const run = this.runs.create(actor, {
      workspaceId: item.workspaceId,
      projectId: without.includes('project') ? null : item.projectId,
      workItemId: without.includes('issue') ? null : item.id,
      commentId: comment?.id ?? null,
    });
    const commentId = comment?.id ?? null;
    const prompt = promptActivity ? this.runs.prompt(actor, run, textOfHtml(html), 'continue', commentId) : undefined;
    this.announcer.run(run, prompt, prompt ? ['create', 'prompt'] : ['create'], options);
    return { run, prompt };
  }

  #botOf(workspaceId: string): User | undefined {
    const installation = this.world.activeInstallation(workspaceId);
    const user = installation && this.world.user(installation.botId);
    // In the community edition the app is a person, and there are no agents.
    return user?.role === 'bot' ? user : undefined;
  }
}
