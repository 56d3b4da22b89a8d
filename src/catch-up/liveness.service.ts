import { Injectable } from '@nestjs/common';
import { type Installation } from '../installations/installation.js';
import { changedAtMs } from '../webhooks/events/comparable-change.js';
import { RecoveryService } from '../webhooks/deliveries/recovery.service.js';
import { type PlaneEvent } from '../webhooks/events/plane-event.js';
import { TrafficMonitorService } from '../webhooks/traffic-monitor/traffic-monitor.service.js';
import { type CatchUpReason, type CatchUpRun } from './catch-up-run.js';
import { CatchUpRunsRepository } from './catch-up-runs.repository.js';
import { type CatchUpState, CatchUpStatesRepository } from './catch-up-states.repository.js';
import { CatchUpTiming } from './catch-up-timing.js';
import { type ItemsGlance, type PlaneReads } from './plane-reads.js';

const MS = 1000;
/** A webhook without a time of its own has that of its receipt: Plane's and ours differ a little. */
const CLOCK_MS = 2000;
/** What was read is read again to this extent; what is known already is stored once. */
const OVERLAP_MS = 120_000;

/** Compares what Plane's API shows with the webhooks that arrived (docs/plane.md §8). */
@Injectable()
export class LivenessService {
  constructor(
    private readonly recovery: RecoveryService,
    private readonly runs: CatchUpRunsRepository,
    private readonly states: CatchUpStatesRepository,
    private readonly traffic: TrafficMonitorService,
    private readonly timing: CatchUpTiming,
  ) {}

  /**
   * Checks an installation, and starts a catch-up where one is needed: after an outage; where the API shows a change that is
   * newer than the last webhook, or fewer work items than at a check since then; and where its lists were last read a week
   * ago. Resolves with the run that it started.
   */
  async check(installation: Installation, reads: PlaneReads): Promise<CatchUpRun | undefined> {
    const state = await this.states.find(installation.id);
    if (!state) return undefined;
    const newest = await this.recovery.newestWebhook(installation);
    const now = (await this.states.now()).getTime();
    const start = (reason: CatchUpReason, sinceMs: number): Promise<CatchUpRun | undefined> =>
      this.start(installation, reason, sinceMs, now - this.timing.settleSeconds * MS);
    if (state.suspectSince) return start('outage', state.suspectSince.getTime() - OVERLAP_MS);
    const webhookMs = newest && changedAtMs(newest);
    if (!state.listsAt || state.listsAt.getTime() < now - this.timing.listsSeconds * MS)
      return start('lists', this.sinceOf(state, webhookMs));
    const isSending = newest !== undefined && newest.receivedAt.getTime() > now - this.timing.quietSeconds * MS;
    const glance = isSending ? undefined : await reads.glance();
    const seenMs = Math.max(state.seenTo.getTime(), (webhookMs ?? 0) + CLOCK_MS);
    const isMissing = glance && (glance.newestMs > seenMs || isFewer(glance, state, newest));
    if (isMissing) return start('missed', this.sinceOf(state, webhookMs));
    await this.finished(state, newest, glance?.total);
    return undefined;
  }

  /** The first change of a run that no webhook announced, unless webhooks have arrived since. */
  async missedAfter(run: CatchUpRun, installation: Installation): Promise<Date | null> {
    const state = await this.states.find(installation.id);
    if (!state) return null;
    const newest = await this.recovery.newestWebhook(installation);
    const before = stillMissed(state.missedSince, newest);
    const isMissed = run.lastMissedAt !== null && (!newest || run.lastMissedAt.getTime() > changedAtMs(newest));
    return before ?? (isMissed ? run.firstMissedAt : null);
  }

  /** Has the silence watch know the result. */
  async report(installationId: string, missedSince: Date | null): Promise<void> {
    await this.traffic.recordCheck(installationId, missedSince);
  }

  private async finished(
    state: CatchUpState,
    newest: PlaneEvent | undefined,
    workItems: number | undefined,
  ): Promise<void> {
    const missedSince = stillMissed(state.missedSince, newest);
    await this.states.checked(state.installationId, missedSince, workItems);
    await this.traffic.recordCheck(state.installationId, missedSince);
  }

  /** What happened shortly before the last webhook may be missing too: Plane sends some again for an hour, then no more. */
  private sinceOf({ seenTo }: CatchUpState, webhookMs: number | undefined): number {
    const retriedMs = webhookMs === undefined ? 0 : webhookMs - this.timing.retrySeconds * MS;
    return Math.max(seenTo.getTime() - OVERLAP_MS, retriedMs);
  }

  private async start(
    installation: Installation,
    reason: CatchUpReason,
    sinceMs: number,
    untilMs: number,
  ): Promise<CatchUpRun | undefined> {
    await this.recovery.begin(installation);
    const since = new Date(Math.min(sinceMs, untilMs));
    return this.runs.create({ installationId: installation.id, reason, since, until: new Date(untilMs) });
  }
}

function stillMissed(missedSince: Date | null, newest: PlaneEvent | undefined): Date | null {
  return missedSince && newest && changedAtMs(newest) > missedSince.getTime() ? null : missedSince;
}

/** Whether a work item is gone since the last check, without a webhook since then: the list does not show what is deleted. */
function isFewer(
  { total }: ItemsGlance,
  { workItems, checkedAt }: CatchUpState,
  newest: PlaneEvent | undefined,
): boolean {
  if (total === undefined || workItems === null || checkedAt === null) return false;
  return total < workItems && !(newest && newest.receivedAt > checkedAt);
}
