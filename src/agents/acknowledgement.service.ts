import { Injectable } from '@nestjs/common';
import { setTimeout as wait } from 'node:timers/promises';
import { serializeError } from '../common/serialize-error.js';
import { type LeasedJob } from '../queue/leased-job.js';
import { type RunResult } from '../queue/queue.js';
import { ActivitySender } from './activity-sender.service.js';
import { AgentActivitiesRepository } from './agent-activities.repository.js';
import { AgentRegistry } from './agent.registry.js';
import { type TurnJob } from './agent-queues.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';

/** An answer waits so long for the acknowledgement, which is due by then. */
const WAIT_MS = 2000;
/** One that is being posted has failed by then. */
const POSTING_MS = 20_000;
const POLL_MS = 25;

/** Posts the first thought of a turn, once, before any activity that would end it. */
@Injectable()
export class AcknowledgementService {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly turns: AgentTurnsRepository,
    private readonly activities: AgentActivitiesRepository,
    private readonly sender: ActivitySender,
  ) {}

  /** Acknowledges the turn, unless it has ended or is acknowledged. */
  async run({ data: { turnId }, lastAttempt }: LeasedJob<TurnJob>): Promise<RunResult<never>> {
    const turn = await this.turns.find(turnId);
    if (!turn || turn.state === 'closed' || turn.stopRequestedAt) return { outcome: 'skipped' };
    const text = this.agents.agent?.options.acknowledge ?? '';
    const added = await this.activities.addAcknowledgement(turnId, text, 'pending');
    const activity = added ?? (await this.activities.acknowledgementOf(turnId));
    if (activity?.status !== 'pending') return { outcome: 'skipped' };
    const result = await this.sender.send(turn, activity, { priority: 'interactive', mayBeSent: !added });
    if (result.sent) return { outcome: 'handled' };
    const { message: reason } = serializeError(result.error);
    if (!lastAttempt) return { outcome: 'failed', reason, error: result.error };
    await this.activities.settle(activity.id, 'dropped', reason);
    return { outcome: 'skipped', reason };
  }

  /** Resolves when no acknowledgement of the turn will be posted any more: an answer would be hidden by it. */
  async settle(turnId: string): Promise<void> {
    const startedAt = performance.now();
    for (; ; await wait(POLL_MS)) {
      const elapsedMs = performance.now() - startedAt;
      const activity = await this.activities.acknowledgementOf(turnId);
      if (activity && activity.status !== 'pending') return;
      if (activity && elapsedMs > POSTING_MS) return this.activities.settle(activity.id, 'dropped', 'it came too late');
      if (!activity && elapsedMs > WAIT_MS) await this.activities.addAcknowledgement(turnId, '', 'dropped');
    }
  }
}
