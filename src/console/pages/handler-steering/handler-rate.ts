import { type ActivityLogService } from '../../../activity/activity-log.service.js';

/** How fast a handler works. */
export type HandlerRate = Awaited<ReturnType<ActivityLogService['ratesByHandler']>>[number];
