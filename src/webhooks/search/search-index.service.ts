import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { HangarConfig } from '../../config/hangar-config.js';
import { searchWordsOf } from './search-text.js';
import { type SearchRow, SearchIndexRepository, type UnindexedDelivery } from './search-index.repository.js';
import { vectorOf } from './search-vector.js';

const TICK_MS = 1000;
/** Ticks between two looks while there is nothing to do. */
const IDLE_TICKS = 3;
/** Few enough that nothing else of this process waits for long. */
const BATCH = 200;
/** Beyond the time that a receiver holds a webhook: its clock may be off. */
const CLOCKS_SECONDS = 40;

/**
 * The role `scheduler`: makes deliveries findable by their words, seconds after they were stored, so that storing them
 * costs nothing more. What was missed while no scheduler ran is made up, oldest first, in half of the time there is.
 */
@Injectable()
export class SearchIndexService implements OnModuleDestroy {
  private readonly logger = new Logger(SearchIndexService.name);
  private readonly overlapSeconds: number;
  private running = false;
  private stopping = false;
  private idle = 0;

  constructor(
    config: HangarConfig,
    private readonly index: SearchIndexRepository,
  ) {
    this.overlapSeconds = config.webhookHoldSeconds + CLOCKS_SECONDS;
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  /** Indexes what came since; looks less often while nothing comes. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (this.idle > 0) this.idle -= 1;
    else await this.run();
  }

  /** Indexes all there is; skipped while the run before, or another process's, is under way. */
  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      if ((await this.catchUp()) === 0) this.idle = IDLE_TICKS;
    } catch (error) {
      this.logger.error({ msg: 'deliveries could not be indexed; the next look goes on', err: error });
    } finally {
      this.running = false;
    }
  }

  /** Between two batches others have the processor and the disk for as long as the batch took. */
  private async catchUp(): Promise<number> {
    for (let indexed = 0; ;) {
      const began = performance.now();
      const count = await this.index.advance(BATCH, this.overlapSeconds, rowOf);
      indexed += count ?? 0;
      if (count === undefined || count < BATCH || this.stopping) return indexed;
      await wait(performance.now() - began);
    }
  }
}

function rowOf({ id, body, entityId, workItemId }: UnindexedDelivery): SearchRow {
  const identifiers = new Set([entityId, workItemId].filter((each) => each !== null));
  return { id, vector: vectorOf(searchWordsOf(body), [...identifiers]) };
}
