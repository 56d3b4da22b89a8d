import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { postgresText } from '../common/postgres-text.js';
import { type LeasedJob } from '../queue/leased-job.js';
import { type RunResult } from '../queue/queue.js';
import { QueueService } from '../queue/queue.service.js';
import { textOfHtml } from '../webhooks/events/html-text.js';
import { AgentPlaneService, type ListedActivity } from './agent-plane.service.js';
import { type TurnJob } from './agent-queues.js';
import { AgentRegistry } from './agent.registry.js';
import { AgentRunsRepository } from './agent-runs.repository.js';
import { type AgentTurnEntity, type StoredPrompt } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { turnJobOf } from './turn-job.js';

const CALLS = { priority: 'interactive' } as const;

/** A prompt that was found, and whether it is an activity. */
interface FoundPrompt extends StoredPrompt {
  readonly isActivity: boolean;
}

/**
 * Finds the prompt of a run of which only the creation is known: in the run's activities, else in the comment that mentions
 * the app. Then the agent's turn runs as if the prompt's webhook had come.
 */
@Injectable()
export class PromptLookupService {
  private readonly logger = new Logger(PromptLookupService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly agents: AgentRegistry,
    private readonly runs: AgentRunsRepository,
    private readonly turns: AgentTurnsRepository,
    private readonly plane: AgentPlaneService,
    private readonly queue: QueueService,
  ) {}

  async run({ data: { turnId }, lastAttempt }: LeasedJob<TurnJob>): Promise<RunResult<never>> {
    const turn = await this.turns.find(turnId);
    if (!turn || turn.prompt || turn.state === 'closed') return { outcome: 'skipped' };
    const prompt = await this.find(turn).catch((error: unknown) => {
      if (!lastAttempt) throw error;
      this.logger.warn({
        msg: 'the text of a prompt was not found; the agent gets an empty one',
        turn: turnId,
        err: error,
      });
      return { id: '', text: '', isActivity: false };
    });
    await this.begin(turn, prompt);
    return { outcome: 'handled' };
  }

  private async find(turn: AgentTurnEntity): Promise<FoundPrompt> {
    for await (const page of this.plane.activities(turn.run, CALLS)) {
      const found = page.find(({ type, signal }) => type === 'prompt' && signal !== 'stop');
      if (found) return { ...promptOf(found), isActivity: true };
    }
    return { ...(await this.promptOfComment(turn)), isActivity: false };
  }

  private async promptOfComment({ run }: AgentTurnEntity): Promise<StoredPrompt> {
    const { plane, slug } = await this.plane.client(run, CALLS);
    const known = await plane.agentRuns.retrieve(slug, run.runId);
    const project = run.projectId ?? known.project;
    const workItem = run.workItemId ?? known.issue;
    const commentId = run.commentId ?? known.comment;
    const author = { ...(known.creator && { actorId: known.creator }) };
    await this.runs.describe(run.id, {
      projectId: project ?? null,
      workItemId: workItem ?? null,
      creatorId: known.creator,
    });
    if (!project || !workItem || !commentId) return { id: '', text: '', ...author };
    const { comment_html: html } = await plane.workItems.comments.retrieve(slug, project, workItem, commentId);
    return { id: commentId, text: postgresText(textOfHtml(html ?? '')), html: postgresText(html ?? ''), ...author };
  }

  /** Adds the job of the turn, unless the prompt's webhook has come meanwhile. */
  private async begin(turn: AgentTurnEntity, { isActivity, ...prompt }: FoundPrompt): Promise<void> {
    const { agent } = this.agents;
    if (!agent) return;
    await this.dataSource.transaction(async (transaction) => {
      await this.runs.lock(transaction, turn.run.id);
      if (!(await this.turns.setText(transaction, turn.id, prompt))) return;
      if (isActivity) await this.turns.setPrompt(transaction, { id: turn.id, prompt });
      await this.queue.enqueue(transaction, agent.id, [turnJobOf(agent, turn.run, turn.deliveryId)]);
    });
  }
}

function promptOf({ id, content, actor }: ListedActivity): StoredPrompt {
  return { id, text: postgresText(content?.body ?? ''), ...(actor && { actorId: actor }) };
}
