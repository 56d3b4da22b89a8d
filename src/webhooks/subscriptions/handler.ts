import { type CompiledEventPattern } from '../events/event-pattern.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type ResolvedHandlerOptions } from './handler-options.js';
import { type PlaneContext } from './plane-context.js';

/** A decorated method, bound and ready to be called. */
export interface Handler {
  /** `PingHandler.pong`; also the name of its queue. */
  readonly id: string;
  /** As the author wrote it. */
  readonly pattern: string;
  readonly compiled: CompiledEventPattern;
  readonly options: ResolvedHandlerOptions;
  readonly run: (event: PlaneEvent, context: PlaneContext) => unknown;
}
