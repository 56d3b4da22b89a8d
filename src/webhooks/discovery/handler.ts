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
  /** Seconds without a heartbeat after which another process gets a run; default 40. */
  readonly heartbeatSeconds?: number;
}

/** A run of a handler that failed for the last time. */
export interface DeadLetteredRun {
  /** `undefined` where it could not be read. */
  readonly event: PlaneEvent | undefined;
  readonly deliveryId: string;
  /** The connection that the delivery came by. */
  readonly connectionId: string;
  readonly reason: string;
  /** What the run threw. */
  readonly error: unknown;
}

/** A method decorated with `@OnPlaneEvent`. */
export interface Handler extends DecoratedMethod {
  readonly kind: 'plane';
  readonly compiled: CompiledEventPattern;
  /** Which of the events it gets; default all. */
  readonly when?: (event: PlaneEvent) => boolean;
  readonly run: (event: PlaneEvent, context: PlaneContext) => unknown;
  /** Called before the run is dead-lettered; where it rejects, the error is logged. */
  readonly onDeadLettered?: (run: DeadLetteredRun) => Promise<void>;
}

/** A method decorated with `@OnLifecycleEvent`. */
export interface LifecycleHandler extends DecoratedMethod {
  readonly kind: 'lifecycle';
  readonly name: LifecycleEventName;
  readonly run: (event: LifecycleEvent, context: LifecycleContext) => unknown;
}

/** A method decorated with `@OnTask` or `@OnSchedule`, which `src/tasks` runs. */
export interface TaskHandler extends DecoratedMethod {
  readonly kind: 'task';
  /** @param task what the decorator's method gets @param context that of a handler; of a schedule for the app, of a lifecycle event */
  readonly run: (task: object, context: PlaneContext | LifecycleContext) => unknown;
}

/** A handler of any kind. */
export type AnyHandler = Handler | LifecycleHandler | TaskHandler;
