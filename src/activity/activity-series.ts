/** What became of a webhook: stored for the first time, seen before, or answered with anything but 2xx. */
export type WebhookSeries = 'webhook_accepted' | 'webhook_duplicate' | 'webhook_refused';

/** How runs of handlers end; `run_failed` will be tried again. */
export type RunSeries = `run_${'handled' | 'skipped' | 'parked' | 'delayed' | 'failed' | 'dead_lettered'}`;

/** Everything that is counted; `lag` is from the receipt of a webhook to the first run of a handler on it. */
export type ActivitySeries = WebhookSeries | RunSeries | 'lag';
