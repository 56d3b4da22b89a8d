import { type CatchUpGapEntity } from './catch-up-gap.entity.js';
import { type CatchUpRunEntity } from './catch-up-run.entity.js';

/**
 * Why a catch-up runs. `lists`: to remember what there is, so that deletions are seen later; `missed`: Plane's API shows
 * changes that no webhook announced; `outage`: no receiver stored webhooks for a while; `operator`: on demand.
 */
export type CatchUpReason = 'lists' | 'missed' | 'outage' | 'operator';

/** How far a run is. */
export interface CatchUpProgress {
  /** The projects whose lists are still to be read; absent before the list of projects was read. */
  readonly projects?: readonly string[];
  /** Whether the webhooks were searched for work items that are in no list. */
  readonly isAnnouncedRead?: boolean;
}

/** One catch-up. */
export type CatchUpRun = Readonly<CatchUpRunEntity>;

/** What cannot be recovered. */
export type CatchUpGap = Readonly<Omit<CatchUpGapEntity, 'key'>>;

/** The data of a job of the queue of catch-ups. */
export interface CatchUpJob {
  readonly installationId: string;
}

/** The queue of catch-ups and of checks. */
export const CATCH_UP_QUEUE = 'hangar.catch-up';
