import { type ActivityLogService } from '../../../activity/activity-log.service.js';

/** What all processes did within one minute. */
export type ActivityMinute = Awaited<ReturnType<ActivityLogService['minutes']>>[number];
