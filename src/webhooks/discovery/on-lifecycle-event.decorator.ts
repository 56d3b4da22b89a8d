import 'reflect-metadata';
import { type LifecycleEvent, type LifecycleEventName } from '../../lifecycle/lifecycle-event.js';
import { type HandlerOptions } from './handler-options.js';
import { type LifecycleContext } from './handler-contexts.js';

/** The metadata key of the decorator's arguments. */
export const LIFECYCLE_EVENT_METADATA = Symbol('hangar:on-lifecycle-event');

/** Options of a handler of lifecycle events. */
export type LifecycleHandlerOptions = Omit<HandlerOptions, 'includeSelf' | 'order' | 'coalesce' | 'priority'>;

/** The decorator's arguments. */
export interface LifecycleEventMetadata {
  readonly name: LifecycleEventName;
  readonly options: LifecycleHandlerOptions;
}

/** The signature of a decorated method. */
export type LifecycleEventHandler<N extends LifecycleEventName> = (
  event: LifecycleEvent<N>,
  context: LifecycleContext,
) => unknown;

/**
 * Calls the method for events of the app itself: `installation.added`, `installation.removed`, `token.needs_consent`.
 * As with `@OnPlaneEvent`, the method runs at least once for each event, with its own retries and dead letters, and
 * `event.id` is its idempotency key. An unknown name fails the start.
 */
export function OnLifecycleEvent<N extends LifecycleEventName>(name: N, options: LifecycleHandlerOptions = {}) {
  return <M extends LifecycleEventHandler<N>>(
    _target: object,
    _name: string | symbol,
    method: TypedPropertyDescriptor<M>,
  ): void => {
    const metadata: LifecycleEventMetadata = { name, options };
    if (method.value) Reflect.defineMetadata(LIFECYCLE_EVENT_METADATA, metadata, method.value);
  };
}
