import { type LifecycleEvent, type LifecycleEventName } from '../../lifecycle/lifecycle-event.js';
import { type CompiledEventPattern } from '../events/event-pattern.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type LifecycleContext, type PlaneContext } from './handler-contexts.js';
import { type ResolvedHandlerOptions } from './handler-options.js';

interface DecoratedMethod {
  /** `PingHandler.pong`; also the name of its queue. */
  readonly id: string;
  /** As the author wrote it. */
  readonly pattern: string;
  readonly options: ResolvedHandlerOptions;
}

/** A method decorated with `@OnPlaneEvent`. */
export interface Handler extends DecoratedMethod {
  readonly kind: 'plane';
  readonly compiled: CompiledEventPattern;
  readonly run: (event: PlaneEvent, context: PlaneContext) => unknown;
}

/** A method decorated with `@OnLifecycleEvent`. */
export interface LifecycleHandler extends DecoratedMethod {
  readonly kind: 'lifecycle';
  readonly name: LifecycleEventName;
  readonly run: (event: LifecycleEvent, context: LifecycleContext) => unknown;
}

/** A handler of either kind. */
export type AnyHandler = Handler | LifecycleHandler;
