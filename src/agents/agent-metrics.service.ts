import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { serverConfig } from '../config/areas/server.config.js';
import { MetricsService } from '../observability/metrics.service.js';
import { OPEN_RUN_STATES } from './agent-run-pages.js';
import { AgentRunPagesRepository } from './agent-run-pages.repository.js';
import { type TurnOutcome } from './agent-turn.entity.js';

const OUTCOMES = ['completed', 'awaiting', 'failed', 'stopped', 'merged'] as const satisfies readonly TurnOutcome[];
/** Due within 2 s; without an activity for 300 s Plane calls the run stale. */
const ACK_SECONDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300];

/** The metrics of agents. The role `scheduler` alone reads those of the tables; every replica would report the same. */
@Injectable()
export class AgentMetricsService {
  private readonly acknowledgements;
  private readonly turns;

  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    metrics: MetricsService,
    private readonly pages: AgentRunPagesRepository,
  ) {
    this.acknowledgements = metrics.histogram(
      'hangar_agent_ack_seconds',
      "From the receipt of a prompt's webhook to Plane's answer to its acknowledgement.",
      ACK_SECONDS,
    );
    this.turns = metrics.counter(
      'hangar_agent_turns_total',
      'Closed turns of agents by outcome.',
      OUTCOMES.map((outcome) => ({ outcome })),
    );
    if (config.roles.includes('scheduler')) this.readTables(metrics);
  }

  /** Plane has the acknowledgement of a turn. */
  acknowledged(receivedAt: Date): void {
    this.acknowledgements.record(Math.max(0, Date.now() - receivedAt.getTime()) / 1000);
  }

  /** Turns were closed. */
  closed(outcome: TurnOutcome, count = 1): void {
    if (count > 0) this.turns.add(count, { outcome });
  }

  private readTables(metrics: MetricsService): void {
    metrics.gauge('hangar_agent_runs', 'Runs of agents with an open turn, by state.', async () => {
      const counts = new Map((await this.pages.openRuns()).map(({ state, count }) => [state, count]));
      return OPEN_RUN_STATES.map((state) => ({ value: counts.get(state) ?? 0, labels: { state } }));
    });
    metrics.gauge(
      'hangar_agent_oldest_silent_seconds',
      'Since the last activity of the run with an open turn that has had none for longest.',
      async () => [{ value: await this.pages.oldestSilentSeconds() }],
    );
    metrics.gauge(
      'hangar_agent_oldest_unacknowledged_seconds',
      'Since the receipt of the oldest open turn whose acknowledgement is not posted.',
      async () => [{ value: await this.pages.oldestUnacknowledgedSeconds() }],
    );
  }
}
