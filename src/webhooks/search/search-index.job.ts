import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Interval } from '@nestjs/schedule';
import { PeriodicTask } from '../../common/periodic-task.js';
import { Drain } from '../../config/drain.js';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { MetricsService } from '../../observability/metrics.service.js';
import { searchWordsOf } from './search-text.js';
import { type SearchRow, SearchIndexRepository, type UnindexedDelivery } from './search-index.repository.js';
import { vectorOf } from './search-vector.js';

const TICK_MS = 1000;
/** Ticks that are skipped after a run that found nothing. */
const IDLE_TICKS = 3;
/** Small, so that a batch does not block this process for long. */
const BATCH_SIZE = 200;
/** Added to the store deadline: the clocks of receivers may differ. */
const CLOCK_SKEW_SECONDS = 40;

/**
 * The role `scheduler`: indexes the words of deliveries a few seconds after they were stored, so that receiving does not
 * pay for it. Deliveries that were stored while no scheduler ran are indexed later, oldest first.
 */
@Injectable()
export class SearchIndexJob {
  private readonly overlapSeconds: number;
  private readonly task: PeriodicTask;
  private idleTicks = 0;

  constructor(
    @Inject(webhooksConfig.KEY) config: ConfigType<typeof webhooksConfig>,
    private readonly drain: Drain,
    private readonly index: SearchIndexRepository,
    metrics: MetricsService,
  ) {
    this.overlapSeconds = config.webhookHoldSeconds + CLOCK_SKEW_SECONDS;
    this.task = new PeriodicTask({ name: 'search index', intervalMs: TICK_MS, run: () => this.indexAll() }, drain);
    metrics.gauge(
      'hangar_search_lag_seconds',
      'Age of the oldest delivery that is not in the search index yet; 0 where all are.',
      async () => [{ value: await index.lagSeconds() }],
    );
  }

  /** Indexes new deliveries; runs less often while none arrive. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (this.idleTicks > 0) this.idleTicks -= 1;
    else await this.task.tick();
  }

  /** Indexes every delivery that is not indexed yet; does nothing while another process does. */
  async run(): Promise<void> {
    await this.task.run();
  }

  private async indexAll(): Promise<void> {
    let indexed = 0;
    for (;;) {
      const startedAt = performance.now();
      const count = await this.index.advance(BATCH_SIZE, this.overlapSeconds, rowOf);
      indexed += count ?? 0;
      if (count === undefined || count < BATCH_SIZE || this.drain.draining.aborted) break;
      await wait(performance.now() - startedAt); // leaves half of the processor and disk to others
    }
    if (indexed === 0) this.idleTicks = IDLE_TICKS;
  }
}

/** Without words where they cannot be read: the delivery must not block those after it. */
function rowOf({ id, body, entityId, workItemId }: UnindexedDelivery): SearchRow {
  const identifiers = new Set([entityId, workItemId].filter((each) => each !== null));
  try {
    return { id, vector: vectorOf(searchWordsOf(body), [...identifiers]) };
  } catch {
    return { id, vector: '' };
  }
}
