import 'reflect-metadata';
import { type LifecycleEvent, type LifecycleEventName } from '../../lifecycle/lifecycle-event.js';
import { type HandlerOptions } from './handler-options.js';
import { type LifecycleContext } from './lifecycle-context.js';

/** Where the decorator leaves what it was given. */
export const LIFECYCLE_EVENT_METADATA = Symbol('hangar:on-lifecycle-event');

/** What a handler of lifecycle events may choose; they are nobody's own doing. */
export type LifecycleHandlerOptions = Omit<HandlerOptions, 'includeSelf' | 'order' | 'coalesce' | 'priority'>;

/** What the decorator was given. */
export interface LifecycleEventMetadata {
  readonly name: LifecycleEventName;
  readonly options: LifecycleHandlerOptions;
}

/** What a decorated method looks like. */
export type LifecycleEventHandler<N extends LifecycleEventName> = (
  event: LifecycleEvent<N>,
  context: LifecycleContext,
) => unknown;

/**
 * Hands what happens to the app itself to the method: `installation.added`, `installation.removed`,
 * `token.needs_consent`. As with `@OnPlaneEvent`, the method runs at least once an event, with retries and dead
 * letters of its own, and `event.id` is its idempotency key. An unknown name fails the start.
 */
export function OnLifecycleEvent<N extends LifecycleEventName>(
  name: N,
  options: LifecycleHandlerOptions = {},
) {
  return <M extends LifecycleEventHandler<N>>(
    _target: object,
    _name: string | symbol,
    method: TypedPropertyDescriptor<M>,
  ): void => {
    const metadata: LifecycleEventMetadata = { name, options };
    if (method.value) Reflect.defineMetadata(LIFECYCLE_EVENT_METADATA, metadata, method.value);
  };
}
