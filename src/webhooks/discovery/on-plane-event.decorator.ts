import { type EventPattern } from '../events/event-pattern.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type PlaneContext } from './handler-contexts.js';
import { type HandlerOptions } from './handler-options.js';
import { addRegistration } from './registrations.js';

/** Options of a handler of Plane's events. */
export interface PlaneEventOptions<P extends EventPattern> extends HandlerOptions {
  /**
   * Which of the events the handler gets; the others are skipped. Asked in each run, and so with the event as the method
   * would get it: it must be quick and call nothing. Where it throws, or returns anything but a boolean, the run fails.
   */
  readonly when?: (event: PlaneEvent<P>) => boolean;
}

/** The signature of a decorated method. */
export type PlaneEventHandler<P extends EventPattern> = (event: PlaneEvent<P>, context: PlaneContext) => unknown;

/**
 * Calls the method for events of a name or pattern, or of any in a list: `workitem.created`, `workitem.*` (one level),
 * `workitem.**` (any depth), `**` (everything); v1 names are aliases of the same events. The method runs at least once for
 * each event; `event.id` is its idempotency key. An unknown name fails the start.
 *
 * Each decorator of a method is a handler of its own, with its own options, retries and dead letters: the first is called
 * `Class.method`, the next `Class.method.2`. An event that several of them match runs the method several times.
 */
export function OnPlaneEvent<const P extends EventPattern>(
  pattern: P | readonly [P, ...P[]],
  options: PlaneEventOptions<P> = {},
) {
  return <M extends PlaneEventHandler<P>>(
    prototype: object,
    _name: string | symbol,
    method: TypedPropertyDescriptor<M>,
  ): void => {
    const { when, ...others } = options;
    addRegistration(prototype, method.value, {
      kind: 'plane',
      patterns: typeof pattern === 'string' ? [pattern] : pattern,
      options: others,
      ...(when && { when: when as (event: PlaneEvent) => boolean }),
    });
  };
}
