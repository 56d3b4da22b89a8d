import { type LifecycleEvent, type LifecycleEventName } from '../../lifecycle/lifecycle-event.js';
import { type HandlerOptions } from './handler-options.js';
import { type LifecycleContext } from './handler-contexts.js';
import { addRegistration } from './registrations.js';

/** Options of a handler of lifecycle events. */
export type LifecycleHandlerOptions = Omit<HandlerOptions, 'includeSelf' | 'order' | 'coalesce' | 'priority'>;

/** The signature of a decorated method. */
export type LifecycleEventHandler<N extends LifecycleEventName> = (
  event: LifecycleEvent<N>,
  context: LifecycleContext,
) => unknown;

/**
 * Calls the method for events of the app itself: `installation.added`, `installation.removed`, `token.needs_consent`.
 * As with `@OnPlaneEvent`, the method runs at least once for each event, with its own retries and dead letters, and
 * `event.id` is its idempotency key. An unknown name fails the start. A method may have several.
 */
export function OnLifecycleEvent<N extends LifecycleEventName>(name: N, options: LifecycleHandlerOptions = {}) {
  return <M extends LifecycleEventHandler<N>>(
    prototype: object,
    _name: string | symbol,
    method: TypedPropertyDescriptor<M>,
  ): void => {
    addRegistration(prototype, method.value, { kind: 'lifecycle', name, options });
  };
}
