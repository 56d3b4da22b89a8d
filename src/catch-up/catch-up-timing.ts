import { Injectable } from '@nestjs/common';

/** The times of checks and catch-ups, in seconds. Constants of the product; a class, so that a test can change them. */
@Injectable()
export class CatchUpTiming {
  /** Between two checks of an installation, give or take a quarter. */
  checkSeconds = 1200;
  /** A workspace that sent a webhook within this time is not checked. */
  quietSeconds = 900;
  /** A change this young is not missed yet: its webhook may be under way, or Plane may send it again. */
  settleSeconds = 600;
  /** The same where an operator asks. */
  requestSettleSeconds = 30;
  /** Of what happened so long before the last webhook, Plane may still have sent webhooks again when it gave up. */
  retrySeconds = 5400;
  /** How long Plane may take from a change of a work item to its activity. */
  lagSeconds = 600;
  /** Comments whose webhooks were received so long before a catch-up are remembered, to notice that they are deleted. */
  commentSeconds = 86_400;
  /** All lists are read again after this time, so that deletions are noticed. */
  listsSeconds = 7 * 86_400;
  /** How long a job works on a run before it makes room for others. */
  sliceSeconds = 20;
}
