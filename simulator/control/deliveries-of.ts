import { type WebhookSender } from '../sending/webhook-sender.js';

/** Runs an action; returns its result and the ids of the webhooks that it caused. */
export function deliveriesOf<Result>(
  sender: WebhookSender,
  act: () => Result,
): { result: Result; deliveries: string[] } {
  const last = sender.deliveries.at(-1);
  const result = act();
  const deliveries = sender.deliveries.slice(last ? sender.deliveries.lastIndexOf(last) + 1 : 0).map(({ id }) => id);
  return { result, deliveries };
}
