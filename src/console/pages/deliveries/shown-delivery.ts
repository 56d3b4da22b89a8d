import { type ListedDelivery } from '../../../webhooks/deliveries/delivery-filter.js';
import { type OutcomeState } from '../../../webhooks/deliveries/outcome.js';

/** A delivery of a list, with what became of it at each handler that has taken it up. */
export interface ShownDelivery extends ListedDelivery {
  readonly outcomes: readonly {
    readonly handler: string;
    readonly state: OutcomeState;
    readonly lastError: string | null;
  }[];
}
