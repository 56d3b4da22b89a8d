/** What an app author imports from `hangar`. The only barrel. */
export { DomainError } from './common/domain-error.js';
export { type Installation } from './installations/installation.js';
export { type LifecycleEvent, type LifecycleEventName } from './lifecycle/lifecycle-event.js';
export { PlaneError } from './plane/plane.error.js';
export { type EventPattern } from './webhooks/events/event-pattern.js';
export { type EventName } from './webhooks/events/event-table.js';
export { type PlaneEvent } from './webhooks/events/plane-event.js';
export { type LifecycleContext } from './webhooks/discovery/handler-contexts.js';
export { OnLifecycleEvent } from './webhooks/discovery/on-lifecycle-event.decorator.js';
export { type HandlerLogger } from './webhooks/discovery/handler-logger.js';
export { type HandlerOptions } from './webhooks/discovery/handler-options.js';
export { DoNotRetry, RetryLater } from './webhooks/discovery/retry.errors.js';
export { OnPlaneEvent } from './webhooks/discovery/on-plane-event.decorator.js';
export { type PlaneContext } from './webhooks/discovery/handler-contexts.js';
