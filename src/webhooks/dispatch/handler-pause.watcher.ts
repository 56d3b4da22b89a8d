import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Throttle } from '../../common/throttle.js';
import { QueueService } from '../../queue/queue.service.js';
import { HandlerPausesService } from '../pauses/handler-pauses.service.js';

/** A pause and its end show everywhere within 5 s. */
const POLL_MS = 2000;
const LOG_INTERVAL_MS = 60_000;

/** The role `worker`: holds the queues of paused handlers; looks before the first job is taken, then every 2 s. */
@Injectable()
export class HandlerPauseWatcher implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(HandlerPauseWatcher.name);
  private readonly warnings = new Throttle(LOG_INTERVAL_MS);
  private held: ReadonlySet<string> = new Set();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly pauses: HandlerPausesService,
    private readonly queue: QueueService,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.follow();
    this.timer = setInterval(() => void this.poll(), POLL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** One look; the one that is under way where there is one. While the database is away all stays as it was. */
  async poll(): Promise<void> {
    this.looking ??= this.tryToFollow().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async tryToFollow(): Promise<void> {
    try {
      await this.follow();
    } catch (err) {
      if (this.warnings.tryAcquire())
        this.logger.warn({ msg: 'paused handlers stay as they were: they cannot be read', err });
    }
  }

  private async follow(): Promise<void> {
    const paused = new Set((await this.pauses.all()).map(({ handler }) => handler));
    const differ = [...new Set([...paused, ...this.held])].filter(
      (handler) => paused.has(handler) !== this.held.has(handler),
    );
    for (const handler of differ) {
      if (paused.has(handler)) this.queue.hold(handler);
      else this.queue.release(handler);
      this.logger.log({ msg: paused.has(handler) ? 'paused: nothing new is taken' : 'resumed', handler });
    }
    this.held = paused;
  }
}
