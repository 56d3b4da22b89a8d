import { type TokenSummary } from '../../tokens/token.js';
import { type HandlerStats } from '../../webhooks/pauses/handler-stats.service.js';
import { type DeliverySummary } from '../../webhooks/deliveries/delivery-filter.js';
import { type ActivityMinute } from '../../activity/activity-figures.js';

/** What the overview shows. */
export interface Overview {
  readonly now: Date;
  /** One a minute of the last hour, also where nothing happened. */
  readonly minutes: readonly ActivityMinute[];
  readonly tokens: TokenSummary;
  readonly levels: readonly HandlerStats[];
  /** The slugs of workspaces that have fallen silent. */
  readonly silent: readonly string[];
  readonly allSilent: boolean;
  readonly oldestWaitingSeconds: number;
  readonly failed: readonly DeliverySummary[];
  readonly workspaces: ReadonlyMap<string, string>;
}
