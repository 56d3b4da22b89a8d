import 'reflect-metadata';
import { type EventPattern } from '../events/event-pattern.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type HandlerOptions } from './handler-options.js';
import { type PlaneContext } from './plane-context.js';

/** Where the decorator leaves what it was given. */
export const PLANE_EVENT_METADATA = Symbol('hangar:on-plane-event');

/** What the decorator was given. */
export interface PlaneEventMetadata {
  readonly pattern: string;
  readonly options: HandlerOptions;
}

/** What a decorated method looks like. */
export type PlaneEventHandler<P extends EventPattern> = (
  event: PlaneEvent<P>,
  context: PlaneContext,
) => unknown;

/**
 * Hands the events of a name or pattern to the method: `workitem.created`, `workitem.*` (one level),
 * `workitem.**` (any depth), `**` (everything); v1 names are other spellings of the same events. The method
 * runs at least once an event; `event.id` is its idempotency key. An unknown name fails the start.
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
