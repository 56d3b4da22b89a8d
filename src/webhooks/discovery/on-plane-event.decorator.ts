import 'reflect-metadata';
import { type EventPattern } from '../events/event-pattern.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type HandlerOptions } from './handler-options.js';
import { type PlaneContext } from './handler-contexts.js';

/** The metadata key of the decorator's arguments. */
export const PLANE_EVENT_METADATA = Symbol('hangar:on-plane-event');

/** The decorator's arguments. */
export interface PlaneEventMetadata {
  readonly pattern: string;
  readonly options: HandlerOptions;
}

/** The signature of a decorated method. */
export type PlaneEventHandler<P extends EventPattern> = (event: PlaneEvent<P>, context: PlaneContext) => unknown;

/**
 * Calls the method for events of a name or pattern: `workitem.created`, `workitem.*` (one level), `workitem.**` (any
 * depth), `**` (everything); v1 names are aliases of the same events. The method runs at least once for each event;
 * `event.id` is its idempotency key. An unknown name fails the start.
 */
export function OnPlaneEvent<P extends EventPattern>(pattern: P, options: HandlerOptions = {}) {
  return <M extends PlaneEventHandler<P>>(
    _target: object,
    _name: string | symbol,
    method: TypedPropertyDescriptor<M>,
  ): void => {
    const metadata: PlaneEventMetadata = { pattern, options };
    if (method.value) Reflect.defineMetadata(PLANE_EVENT_METADATA, metadata, method.value);
  };
}
