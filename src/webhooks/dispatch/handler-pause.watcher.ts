import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { PeriodicTask } from '../../common/periodic-task.js';
import { Drain } from '../../config/drain.js';
import { QueueService } from '../../queue/queue.service.js';
import { HandlerPausesService } from '../pauses/handler-pauses.service.js';

/** A pause and its end take effect everywhere within 5 s. */
const POLL_MS = 2000;

/** Pauses and resumes the queues of this process as the table of paused handlers says; first before any job is fetched. */
@Injectable()
export class HandlerPauseWatcher implements OnModuleInit {
  private readonly logger = new Logger(HandlerPauseWatcher.name);
  private readonly task: PeriodicTask;
  private paused: ReadonlySet<string> = new Set();

  constructor(
    private readonly pauses: HandlerPausesService,
    private readonly queue: QueueService,
    drain: Drain,
  ) {
    const run = async (): Promise<void> => this.apply();
    this.task = new PeriodicTask({ name: 'poll of paused handlers', intervalMs: POLL_MS, run }, drain);
  }

  async onModuleInit(): Promise<void> {
    await this.apply();
    this.task.start();
  }

  /** Polls now, or joins the poll in progress. If the table cannot be read, paused handlers stay paused. */
  async poll(): Promise<void> {
    await this.task.run();
  }

  private async apply(): Promise<void> {
    const paused = new Set((await this.pauses.all()).map(({ handler }) => handler));
    const added = [...paused].filter((handler) => !this.paused.has(handler));
    const removed = [...this.paused].filter((handler) => !paused.has(handler));
    for (const handler of added) {
      this.queue.pause(handler);
      this.logger.log({ msg: 'paused: fetching no jobs', handler });
    }
    for (const handler of removed) {
      this.queue.resume(handler);
      this.logger.log({ msg: 'resumed', handler });
    }
    this.paused = paused;
  }
}
