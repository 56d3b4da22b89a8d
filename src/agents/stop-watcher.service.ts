import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PeriodicTask } from '../common/periodic-task.js';
import { Drain } from '../config/drain.js';
import { JobWakeupsService } from '../queue/job-wakeups.service.js';
import { AgentRegistry } from './agent.registry.js';
import { STOPS } from './agent-queues.js';
import { turnClosed } from './agent.errors.js';
import { AgentUpkeepRepository } from './agent-upkeep.repository.js';
import { RunningTurns } from './running-turns.js';

/** Where a notification is lost. */
const POLL_MS = 800;

/**
 * Aborts the sessions of this process whose stop was received, or whose turn was ended, by whichever process: as that is
 * committed, else within a second.
 */
@Injectable()
export class StopWatcher implements OnApplicationBootstrap {
  private readonly task: PeriodicTask;

  constructor(
    private readonly agents: AgentRegistry,
    private readonly running: RunningTurns,
    private readonly upkeep: AgentUpkeepRepository,
    private readonly wakeups: JobWakeupsService,
    drain: Drain,
  ) {
    const run = (): Promise<void> => this.poll();
    this.task = new PeriodicTask({ name: 'poll of stopped turns', intervalMs: POLL_MS, run }, drain);
  }

  onApplicationBootstrap(): void {
    if (!this.agents.agent) return;
    this.wakeups.onJobs(STOPS, () => void this.task.run());
    this.task.start();
  }

  private async poll(): Promise<void> {
    const calls = this.running.all();
    if (calls.length === 0) return;
    for (const { id, stopped, ended, outcome, reason } of await this.upkeep.overAmong(calls)) {
      if (stopped) this.running.stop(id);
      if (ended)
        this.running.giveUp(id, turnClosed(`its outcome "${outcome}"${reason === null ? '' : `, because ${reason}`}`));
    }
  }
}
